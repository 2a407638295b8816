using Rackboot.Contracts;
using Rackboot.Core.Machines;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Api;

/// <summary>The machines that an order is for: those it names, those with labels, or all that are described.</summary>
/// <param name="ByName">They were named one by one: what cannot be done to one of them is a failure.</param>
internal sealed record MachineSelection(IReadOnlyList<CoreMachine> Machines, bool ByName)
{
    /// <summary>Finds them.</summary>
    /// <param name="mistake">The answer to an order that selects nothing, or nothing that there is.</param>
    public static MachineSelection? Find(Inventory inventory, IReadOnlyList<string>? names, string? selector, bool? all, out IResult? mistake)
    {
        mistake = null;
        var ways = new[] { names is not null, selector is not null, all is true }.Count(w => w);
        if (ways != 1)
            mistake = Answers.Invalid([new ProblemError("", "say which machines: machines, selector or all, and only one of them")]);
        else if (names is not null && names.Where(n => inventory.Fleet.Named(n) is null).ToList() is { Count: > 0 } missing)
            mistake = Answers.NotFound($"there is no machine {string.Join(", ", missing)}; nothing was done to the others");
        else if (names is not null)
            return new MachineSelection([.. names.Distinct().Select(n => inventory.Fleet.Named(n)!)], ByName: true);
        var wanted = (selector ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(s => s.Split('=', 2)).ToList();
        if (mistake is null && selector is not null && wanted.Count == 0)
            mistake = Answers.Invalid([new ProblemError("/selector", "is empty; it is like rack=r1,role=worker")]);
        return mistake is not null ? null
            : new MachineSelection([.. inventory.Fleet.Machines.Where(m => m.Accepted && wanted.TrueForAll(w => HasLabel(m, w)))], ByName: false);
    }

    private static bool HasLabel(CoreMachine machine, string[] wanted) =>
        machine.Spec?.Labels.TryGetValue(wanted[0], out var value) is true && (wanted.Length == 1 || value == wanted[1]);
}
