using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Api;

/// <summary>The machines of a request, within the caller's scope: by name, by label, or all with a document.</summary>
/// <param name="ByName">The request names them: an action that is impossible on one of them is a failure.</param>
internal sealed record MachineSelection(IReadOnlyList<CoreMachine> Machines, bool ByName)
{
    /// <summary>Finds them.</summary>
    /// <param name="mistake">The answer to a request that selects no machine, or a missing one.</param>
    public static MachineSelection? Find(
        HttpContext http, Inventory inventory, IReadOnlyList<string>? names, string? selector, bool? all, out IResult? mistake)
    {
        mistake = null;
        var scope = MachineScope.Of(http);
        var ways = new[] { names is not null, selector is not null, all is true }.Count(w => w);
        if (ways != 1)
            mistake = Answers.Invalid([new ProblemError("", "select machines with exactly one of: machines, selector, all")]);
        else if (names?.Where(n => inventory.Fleet.Named(n) is null || !scope.Includes(n)).ToList() is { Count: > 0 } missing)
            mistake = Answers.NotFound($"there is no machine {string.Join(", ", missing)}; no machine was changed");
        else if (names is not null)
            return Noted(http, new MachineSelection([.. names.Distinct().Select(n => inventory.Fleet.Named(n)!)], ByName: true));
        LabelSelector? labels = null;
        if (mistake is null && selector is not null && !LabelSelector.TryParse(selector, out labels, out var error))
            mistake = Answers.Invalid([new ProblemError("/selector", error)]);
        return mistake is not null
            ? null
            : Noted(http, new MachineSelection(
                [.. LabelQuery.Select(inventory.Fleet, labels).Where(m => m.Accepted && scope.Includes(m))], ByName: false));
    }

    private static MachineSelection Noted(HttpContext http, MachineSelection selection)
    {
        AuditNote.Of(http).Add(selection.Machines);
        return selection;
    }
}
