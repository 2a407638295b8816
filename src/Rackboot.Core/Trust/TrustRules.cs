using Rackboot.Core.Machines;
using Rackboot.Dhcp;

namespace Rackboot.Core.Trust;

/// <summary>The only place that decides the trust in a request and the release of a machine configuration (docs/security.md). A pure
/// function, used for the script with a token and for the configuration itself; no other code releases a secret.</summary>
/// <remarks>Every rule is positive: a request that is not verified is refused.</remarks>
public static class TrustRules
{
    public static TrustVerdict Judge(TrustFacts facts)
    {
        var (machine, source) = (facts.Machine, facts.Source);
        if (facts.Way == SourceWay.Elsewhere || facts.Mode is null or SubnetMode.Off)
            return Stranger($"{source} is in none of the served subnets");
        if (facts.Way == SourceWay.WrongInterface)
            return Stranger($"{source} arrived on an interface that does not serve its subnet");
        if (facts.Card is { } card && machine.IsPending(card))
            return Stranger(Pending(machine, card));
        if (facts.Proof.Machine is { } other && other != machine.Id)
            return Stranger($"{source} is the address of {facts.ProofName ?? "another machine"}");
        if (Unproven(facts) is { } unproven)
            return unproven;
        if (Wrong(facts) is { } wrong)
            return Stranger(wrong);
        return Unreleased(facts) is { } reason ? new TrustVerdict(TrustLevel.Itself, reason) : new TrustVerdict(TrustLevel.Released, "");
    }

    // The address must be this machine's: by a lease of ours, or by its own request to another server.
    private static TrustVerdict? Unproven(TrustFacts facts)
    {
        var source = facts.Source;
        if (facts.Mode == SubnetMode.Dhcp)
            return facts.Proof.Machine is not null ? null
                : Stranger($"{source} is not leased to {facts.Machine.Name}; "
                    + "if its document was deleted and applied again, power it on again");
        if (facts.Proof.Contested)
            return Plausible($"cards of several machines requested {source}, so it proves no identity");
        if (facts.Proof.Machine is null)
            return Plausible($"the appliance did not see {facts.Machine.Name} request {source}; power it on again");
        return facts.Way == SourceWay.OnLink ? null
            : Plausible($"{source} is behind a router, and another server assigns addresses there, so nothing proves its identity; "
                + "serve that subnet in mode dhcp");
    }

    // Lease and request only show the hardware address in a packet; the neighbour table shows the one that answers on the link.
    private static string? Wrong(TrustFacts facts)
    {
        var (machine, source) = (facts.Machine, facts.Source);
        if (machine.IsStrict && !(facts.Proof.Card is { } holder && machine.Owns(holder)))
            return facts.Proof.Card is { } unnamed
                ? Pending(machine, unnamed)
                : $"{source} was assigned to no known card of {machine.Name}";
        if (facts.Way != SourceWay.OnLink)
            return null;
        if (facts.Neighbour is not { } neighbour)
            return $"no host on the link answers for {source}";
        return machine.Owns(neighbour) || !machine.IsStrict && neighbour == facts.Proof.Card ? null
            : $"{source} is at {neighbour} on the link, which is not a card of {machine.Name}";
    }

    private static string? Unreleased(TrustFacts facts)
    {
        var machine = facts.Machine;
        if (machine is not { HasConfiguration: true, Spec.Boot: BootSource.Network })
            return $"{machine.Name} is no longer set to be provisioned";
        return facts.AlwaysReleased || facts.Provisioning.Arm is not null ? null
            : $"{machine.Name} is not armed for provisioning; arm it: rackboot provision {machine.Name}";
    }

    private static string Pending(Machine machine, MacAddress card) =>
        $"card {card} is not in the document of {machine.Name}; if it belongs to it: {PendingCards.Command(machine.Name, card)}";

    private static TrustVerdict Stranger(string reason) => new(TrustLevel.Stranger, reason);

    private static TrustVerdict Plausible(string reason) => new(TrustLevel.Plausible, reason);
}
