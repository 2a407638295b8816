using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Core.Trust;

namespace Rackboot.Core.Machines;

/// <content>The identification of machines, and their rights from documents (docs/security.md).</content>
public sealed partial class Inventory
{
    /// <summary>Which machines are armed.</summary>
    public ProvisioningBook Provisioning { get; }

    /// <summary>The cards that wait for acceptance.</summary>
    public PendingCards Pending { get; }

    /// <summary>The machine behind <paramref name="identity"/>, from a source that proves nothing: a machine that is described stays as it
    /// is known, one never seen before is recorded as discovered.</summary>
    /// <param name="glimpse">It is on record only when it comes back.</param>
    public Machine Meet(MachineIdentity identity, FirmwareKind? firmware = null, string? architecture = null, bool glimpse = false)
    {
        lock (_lock)
            return _fleet.Find(identity) is not { Accepted: true } machine
                ? glimpse ? Glimpse(identity, firmware, architecture) : Observe(identity, firmware, architecture)
                : machine.IsPending(identity.Mac) ? Suspect(machine, identity)
                : machine;
    }

    /// <summary>Whose an address is that was given to <paramref name="card"/>, in the name of <paramref name="machine"/> or in none: a
    /// machine that was merged or described since has another id, and a card that is not the machine's own has nothing in its
    /// name.</summary>
    public MachineId? OwnerOf(MachineId? machine, MacAddress? card) =>
        machine is { } id && _fleet[id] is { } named && !(card is { } given && named.IsPending(given)) ? id
        : card is { } mac ? _fleet.WithCard(mac)?.Id
        : null;

    /// <summary>The cards of a machine, none if it is not there.</summary>
    public IReadOnlyCollection<MacAddress> CardsOf(MachineId machine) => _fleet[machine]?.Macs.ToList() ?? [];

    /// <summary>Accepts <paramref name="card"/> for the machine.</summary>
    /// <param name="by">Who says so.</param>
    public Task<Refusal?> AcceptCardAsync(string name, MacAddress card, string by) =>
        ChangeCardsAsync(name, card, (machine, accepted) =>
            machine.Owns(card) ? null
            : [.. accepted, new AcceptedCard(card, _time.GetUtcNow(), by)],
            "machine.card.accepted", $"card {card} accepted by {by}");

    /// <summary>Revokes the acceptance of <paramref name="card"/>.</summary>
    public Task<Refusal?> RevokeCardAsync(string name, MacAddress card, string by) =>
        ChangeCardsAsync(name, card, (_, accepted) => [.. accepted.Where(c => c.Mac != card)],
            "machine.card.revoked", $"card {card} revoked by {by}");

    private async Task<Refusal?> ChangeCardsAsync(
        string name, MacAddress card, Func<Machine, IReadOnlyList<AcceptedCard>, List<AcceptedCard>?> change, string kind, string text)
    {
        await _operator.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_fleet.Named(name) is not { } machine)
                return Refusal.NotFound($"there is no machine {name}");
            if (machine.Spec is not { } spec)
                return Refusal.Conflict("", $"{name} is discovered and has no document; apply one with: rackboot apply");
            if (change(machine, spec.Accepted) is not { } accepted)
                return null;
            if (accepted.Count == spec.Accepted.Count)
                return Refusal.NotFound(
                    $"{card} is not an accepted card of {name}; change the cards in its document with: rackboot apply");
            spec = spec with { Accepted = accepted };
            if (_fleet.Conflict(spec, machine.Id) is { } conflict)
                return Refusal.Conflict(
                    "/card",
                    $"{InventoryPlan.Word(conflict.Claim)} already belongs to machine {conflict.Machine.Name}; remove it there first");
            var stored = Change.Replace(Table.Machines, machine.Id.Value, new StoredMachine(name, spec), machine.Version);
            await _store.CommitAsync([stored]).ConfigureAwait(false);
            lock (_lock)
            {
                var changed = KeepOwnCards(_fleet[machine.Id]! with { Spec = spec, Version = machine.Version + 1 });
                _fleet = _fleet.Without(machine.Id).With(changed);
                foreach (var other in _fleet.SeenWith(card).Where(m => m.Id != changed.Id && MayTake(changed, m)).ToList())
                    Absorb(other, changed.Id);
            }

            Pending.Forget(machine.Id, card);
            _events.Add(kind, Level.Info, name, null, text);
            return null;
        }
        finally
        {
            _operator.Release();
        }
    }

    // The card reports the machine's UUID or serial number. That is not proof: every DISCOVER contains the UUID.
    private Machine Suspect(Machine machine, MachineIdentity identity)
    {
        var uuid = SystemUuid.Canonical(identity.Uuid);
        Pending.Note(machine, identity.Mac,
            uuid is not null && uuid == SystemUuid.Canonical(machine.Spec?.Uuid ?? machine.Observed.Uuid)
                ? "the UUID"
                : "the serial number");
        return machine;
    }

    // What is described takes over only what was seen of its own cards.
    private static bool MayTake(Machine machine, Machine discovered) => !machine.IsStrict || discovered.Observed.Macs.All(machine.Owns);

    // A discovered machine may combine several hosts that reported one UUID or serial number: keep only the named cards, and nothing from
    // the others.
    private Machine KeepOwnCards(Machine machine)
    {
        var others = machine.Observed.Macs.Where(machine.IsPending).ToList();
        if (others.Count == 0)
            return machine;
        foreach (var card in others)
            Pending.Note(machine, card, machine.Observed.Uuid is null ? "what was seen" : "the UUID");
        var observed = machine.Observed with { Macs = [.. machine.Observed.Macs.Where(machine.Owns)], Uuid = null, Serial = null };
        _store.Post(Change.Put(Table.Observations, machine.Id.Value, observed));
        return machine with { Observed = observed };
    }

    private static MachineSpec KeepAccepted(MachineSpec spec, Machine? current) =>
        spec with { Accepted = [.. (current?.Spec?.Accepted ?? []).Where(c => !spec.Macs.Contains(c.Mac))] };

    // A machine that gets its first configuration is to be provisioned; one that was provisioned here is not for a change of what it would
    // get.
    private (Change Change, ProvisioningState State)? Arming(
        MachineId machine, MachineSpec? before, MachineSpec spec, Secret? config, string by) =>
        spec.Config is null || Provisioning.Of(machine).Provisioned is not null ? null
        : before?.Config is null ? Provisioning.Arming(machine, by, "described")
        : config is not null && before.Config != spec.Config ? Provisioning.Arming(machine, by, "described again")
        : null;
}
