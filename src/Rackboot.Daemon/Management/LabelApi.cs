using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Management;

/// <summary>Labels of many machines at once.</summary>
internal sealed class LabelApi(Inventory inventory)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiPaths.Labels, (Delegate)LabelAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Set and remove labels of machines, selected by name, by label, or all; changes all of them or none")
                .WithTags("machines")
            .Accepts<LabelOrder>("application/json").Produces<ItemList<ApplyResult>>().Produces<Problem>(404).Produces<Problem>(409)
                .Produces<Problem>(422);

    private async Task<IResult> LabelAsync(HttpContext http, [Description("Check everything, change nothing.")] bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<LabelOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        DocumentChecks.Labels(order.Set, errors);
        if (order is { Set: not { Count: > 0 }, Remove: not { Count: > 0 } })
            errors.Add(new ProblemError("", "names no label to set or remove"));
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        if (MachineSelection.Find(http, inventory, order.Machines, order.Selector, order.All, out var mistake) is not { } selection)
            return mistake!;
        if (selection.Machines.FirstOrDefault(m => !m.Accepted) is { } stranger)
            return Answers.Refused(Refusal.Conflict(
                "", $"{stranger.Name} is discovered and cannot have labels; adopt it first: rackboot adopt {stranger.Name}"));
        if (order.Overwrite is not true && Clash(selection.Machines, order.Set) is { } clash)
            return Answers.Refused(Refusal.Conflict("/set", clash));

        var puts = selection.Machines.Select(
            m => new MachinePut(m.Name, m.Spec! with { Labels = Labels(m.Spec!.Labels, order) }, null, m.Version));
        var described = await inventory.ApplyAsync(new Description([], [], [.. puts], Caller.Of(http)), dryRun);
        return described.Machines.Select(m => m.Refusal).FirstOrDefault(r => r is not null) is { } refusal
            ? Answers.Refused(refusal)
            : Results.Json(new ItemList<ApplyResult>([.. selection.Machines.Zip(described.Machines, (m, applied) =>
                new ApplyResult("Machine", m.Name, applied.Changed ? ApplyOutcome.Configured : ApplyOutcome.Unchanged))]), Document.Json);
    }

    private static string? Clash(IEnumerable<CoreMachine> machines, IReadOnlyDictionary<string, string>? set)
    {
        foreach (var machine in machines)
            foreach (var (key, value) in set ?? new Dictionary<string, string>())
                if (machine.Spec!.Labels.TryGetValue(key, out var present) && present != value)
                    return $"{machine.Name} already has {key}={present}; to replace it, add --overwrite";
        return null;
    }

    private static SortedDictionary<string, string> Labels(IReadOnlyDictionary<string, string> present, LabelOrder order)
    {
        var labels = new SortedDictionary<string, string>(present.ToDictionary(), StringComparer.Ordinal);
        foreach (var (key, value) in order.Set ?? new Dictionary<string, string>())
            labels[key] = value;
        foreach (var key in order.Remove ?? [])
            labels.Remove(key);
        return labels;
    }
}
