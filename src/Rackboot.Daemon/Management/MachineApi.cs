using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Boots;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Management;

/// <summary>Machines: their documents, and the knowledge of all parts about them.</summary>
internal sealed class MachineApi(Inventory inventory, BootsPart boots, PowerDesk power, ExplainApi explain)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Machines).WithTags("machines");
        group.MapGet("", List)
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("List machines by name, discovered and accepted").Produces<ItemList<Contracts.Machine>>()
            .Produces<Problem>(400);
        group.MapGet("{name}", (HttpContext http, string name) =>
                inventory.Fleet.Named(name) is { } machine ? Answers.Versioned(http, Write(machine), machine.Version) : Missing(name))
            .Needs(AccessRole.Viewer, Reach.Machine)
            .WithSummary("One machine").Produces<Contracts.Machine>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Create or replace a machine; a matching discovered machine becomes this one")
            .Accepts<Contracts.Machine>("application/json").Produces<Contracts.Machine>().Produces<Contracts.Machine>(201)
            .Produces<Problem>(409).Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (
            HttpContext http, string name, [Description("Check only; change nothing.")] bool dryRun = false) =>
                await inventory.DeleteMachineAsync(name, Answers.Expected(http.Request), dryRun, Caller.Of(http)) is { } refusal
                    ? Answers.Refused(refusal) : Results.NoContent())
            .Needs(AccessRole.Operator)
            .WithSummary("Delete a machine and its configuration").Produces(204).Produces<Problem>(404).Produces<Problem>(412);
        explain.Map(group);
    }

    private IResult List(
        HttpContext http,
        [AsParameters] Page page,
        [Description("Only machines with these labels, like rack=r1,role!=worker or rack in (r1,r2).")] string? selector,
        [Description("Only machines whose name begins with this.")] string? prefix,
        [Description("Only machines in one of these states, comma-separated: discovered, unseen, off, booting, stalled, failed, "
            + "reported, …")] string? state,
        [Description("Only machines whose last boot is at one of these stages: firmware, kernel, …")] string? stage,
        [Description("Only machines whose last power reading was this: on, off or unknown.")] string? power)
    {
        LabelSelector? labels = null;
        if (selector is not null && !LabelSelector.TryParse(selector, out labels, out var error))
            return Answers.WrongQuery("selector", error);
        if (!Answers.TryWords<MachineState>("state", state, out var states, out var wrong)
            || !Answers.TryWords<Contracts.BootStage>("stage", stage, out var stages, out wrong)
            || !Answers.TryWords<Contracts.PowerState>("power", power, out var powers, out wrong))
            return wrong;
        var scope = MachineScope.Of(http);
        return page.Of(
            after => LabelQuery.Select(inventory.Fleet, labels, after, prefix ?? "", states is [MachineState.Discovered])
                .Where(m => scope.Includes(m) && Fits(m, states, stages, powers)),
            machine => machine.Name, Write);
    }

    private bool Fits(
        CoreMachine machine, IReadOnlyList<MachineState>? states, IReadOnlyList<Contracts.BootStage>? stages,
            IReadOnlyList<Contracts.PowerState>? powers)
    {
        if (states is null && stages is null && powers is null)
            return true;
        var (boot, read) = (boots.Log.Current(machine.Id), power.Known(machine));
        return states?.Contains(MachineStates.Of(machine, boot, read)) is not false
            && (stages is null || (boot is not null && stages.Contains((Contracts.BootStage)boot.Stage)))
            && powers?.Contains((Contracts.PowerState)(read?.State ?? Core.Power.PowerState.Unknown)) is not false;
    }

    private async Task<IResult> PutAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Contracts.Machine>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Machine", name, errors);
        var (spec, config) = MachineDocuments.Read(document, inventory.Fleet.Named(name), boots.Networks, errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var applied = await inventory.PutMachineAsync(name, spec, config, Answers.Expected(http.Request), dryRun, Caller.Of(http));
        return applied.Refusal is { } refusal
            ? Answers.Refused(refusal)
            : Answers.Versioned(http, Write(applied.Document!), applied.Document!.Version, applied.Created);
    }

    internal Contracts.Machine Write(CoreMachine machine) => MachineDocuments.Write(machine, inventory, boots.Log, boots.Addresses, power);

    private static IResult Missing(string name) => Answers.NotFound($"there is no machine {name}");
}
