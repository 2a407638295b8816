using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Core.Trust;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Boots;

/// <summary>Arming, and the accepted cards of machines (docs/security.md).</summary>
internal sealed class TrustApi(Inventory inventory, ScriptRefusals refusals)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(ApiPaths.Provision, (Delegate)ProvisionAsync)
            .Needs(AccessRole.Operator, Reach.Filtered)
            .WithSummary("Arm machines by name, by label, or all: the next boot from the network gets the machine "
                + "configuration").WithTags("machines")
            .Accepts<ProvisionOrder>("application/json").Produces<ItemList<ProvisionResult>>().Produces<Problem>(404)
            .Produces<Problem>(422);
        var cards = api.MapGroup(ApiPaths.Machines + "/{name}/cards/{mac}").WithTags("machines");
        cards.MapPut("",
            (HttpContext http, string name, string mac) => ChangeAsync(mac, card => inventory.AcceptCardAsync(name, card, Caller.Of(http))))
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Accept a network card of the machine").Produces(204).Produces<Problem>(404).Produces<Problem>(409)
            .Produces<Problem>(422);
        cards.MapDelete("",
            (HttpContext http, string name, string mac) => ChangeAsync(mac, card => inventory.RevokeCardAsync(name, card, Caller.Of(http))))
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Revoke the acceptance of a card").Produces(204).Produces<Problem>(404).Produces<Problem>(422);
    }

    /// <summary>The machine's armed state and pending cards, for explain.</summary>
    internal IEnumerable<string> Findings(CoreMachine machine)
    {
        var state = inventory.Provisioning.Of(machine.Id);
        if (machine.HasConfiguration)
            yield return state.Arm is { Delivered: not null } over
                ? $"it got its machine configuration at {over.Delivered:HH:mm:ss}; retries are answered until "
                    + $"{inventory.Provisioning.Until(over):HH:mm:ss}"
                : state.Arm is { } arm
                ? $"armed since {arm.Since:HH:mm:ss} by {arm.By} ({arm.Why}), until {inventory.Provisioning.Until(arm):HH:mm:ss}"
                : "not armed: it does not get its machine configuration; "
                    + $"{(state.Provisioned is { } when ? $"provisioned here on {when:yyyy-MM-dd HH:mm}" : "never provisioned here")}";
        foreach (var card in inventory.Pending.Of(machine.Id))
            yield return $"card {card.Mac} reports {card.Shows} of {machine.Name} and is pending; if it belongs to it: "
                + $"{PendingCards.Command(machine.Name, card.Mac)}";
        foreach (var refusal in refusals.Of(machine.Id))
            yield return refusal;
    }

    internal void Measure(MetricsText text)
    {
        var machines = inventory.Fleet.Machines.Where(m => m.Accepted).ToList();
        text.Metric("rackboot_machine_armed_since_seconds", "gauge",
            "Armed machines, by who armed them: since when, in seconds since 1970.");
        foreach (var machine in machines)
            if (inventory.Provisioning.Of(machine.Id) is { IsArmed: true, Arm: { } arm })
                text.Sample(
                    "rackboot_machine_armed_since_seconds", arm.Since.ToUnixTimeSeconds(), ("machine", machine.Name), ("by", arm.By));
        text.Metric("rackboot_pending_cards", "gauge", "Network cards waiting for acceptance.");
        text.Sample("rackboot_pending_cards", machines.Sum(m => inventory.Pending.Of(m.Id).Count));
    }

    private async Task<IResult> ProvisionAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<ProvisionOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (MachineSelection.Find(http, inventory, order.Machines, order.Selector, order.All, out var mistake) is not { } selection)
            return mistake!;
        var cannot = selection.Machines.Select(m => (Machine: m, Obstacle: Obstacle(m))).Where(m => m.Obstacle is not null).ToList();
        if (order.Cancel is not true && selection.ByName && cannot.Count > 0)
            return Answers.Problem(StatusCodes.Status409Conflict, "Cannot be provisioned",
                $"{string.Join("; ", cannot.Select(m => $"{m.Machine.Name} {m.Obstacle}"))}; no machine was armed");
        var results = new List<ProvisionResult>();
        foreach (var machine in selection.Machines.Except(order.Cancel is true ? [] : cannot.Select(m => m.Machine))
            .OrderBy(m => m.Name, StringComparer.Ordinal))
            results.Add(order.Cancel is true ? await DisarmAsync(machine, Caller.Of(http)) : await ArmAsync(machine, Caller.Of(http)));
        return results.Count == 0
            ? Answers.NotFound("none of the selected machines has a machine configuration and boots from the network")
            : Answers.List(results);
    }

    private async Task<ProvisionResult> ArmAsync(CoreMachine machine, string by)
    {
        await inventory.Provisioning.ArmAsync(machine, by, "rackboot provision");
        var until = inventory.Provisioning.Of(machine.Id).Arm is { } arm ? $" until {inventory.Provisioning.Until(arm):HH:mm:ss} UTC" : "";
        return new ProvisionResult(machine.Name, true, $"armed{until}; {(machine.Spec?.Bmc is null
            ? "boot it from the network"
            : $"boot it from the network: rackboot power cycle {machine.Name} --boot network")}");
    }

    private async Task<ProvisionResult> DisarmAsync(CoreMachine machine, string by) =>
        new(machine.Name, false, await inventory.Provisioning.DisarmAsync(machine, by) ? "disarmed" : "was not armed");

    private static string? Obstacle(CoreMachine machine) => machine.Spec switch
    {
        null => "is discovered and has no document; apply one with: rackboot apply",
        { Config: null } when machine.Seat is null =>
            "has no machineConfig to provision; add one with: rackboot apply",
        { Profile: null } when machine.Seat is null => "has no profile, so there is nothing to boot; add one with: rackboot apply",
        { Boot: not Core.Machines.BootSource.Network } => "is not set to boot from the network; change boot.from with: rackboot apply",
        _ => null,
    };

    private static async Task<IResult> ChangeAsync(string mac, Func<MacAddress, Task<Core.Refusal?>> change) =>
        !MacAddress.TryParse(mac, out var card) || !card.IsUnicast ? Answers.Invalid(
            [new ProblemError("/mac", $"\"{mac}\" is not a MAC address of a card; allowed: six bytes, like 52:54:00:00:01:04")])
        : await change(card) is { } refusal ? Answers.Refused(refusal)
        : Results.NoContent();

    internal static MachineProvisioning? Write(CoreMachine machine, ProvisioningBook book) => !machine.HasConfiguration ? null
        : book.Of(machine.Id) is var state && state.Arm is { Delivered: null } arm
        ? new MachineProvisioning(true, arm.Since, book.Until(arm), arm.By, arm.Why, state.Provisioned)
        : new MachineProvisioning(false, null, null, null, null, state.Provisioned);
}
