using System.Collections.Immutable;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>Boots followed by another one, and those of deleted machines. Not thread-safe; its log guards it.</summary>
internal sealed class BootHistory
{
    private static readonly Comparer<BootRecord> ByEnd =
        Comparer<BootRecord>.Create((a, b) => (Ended(a), a.Id).CompareTo((Ended(b), b.Id)));

    private readonly Dictionary<MachineId, ImmutableList<BootRecord>> _ofMachine = [];
    private readonly SortedSet<BootRecord> _byEnd = new(ByEnd);

    /// <summary>The one that ended first.</summary>
    public BootRecord? Oldest => _byEnd.Min;

    /// <summary>When another boot followed it, or its machine was deleted; a store of an earlier version has only the time of its last
    /// sign.</summary>
    public static DateTimeOffset Ended(BootRecord boot) => boot.Ended ?? boot.Updated;

    /// <summary>Those of a machine, the oldest first.</summary>
    public ImmutableList<BootRecord> Of(MachineId machine) => _ofMachine.GetValueOrDefault(machine, []);

    public void Add(BootRecord boot)
    {
        _ofMachine[boot.Machine] = Of(boot.Machine).Add(boot);
        _byEnd.Add(boot);
    }

    public void Replace(BootRecord known, BootRecord boot)
    {
        _ofMachine[boot.Machine] = Of(boot.Machine).Replace(known, boot);
        _byEnd.Remove(known);
        _byEnd.Add(boot);
    }

    public void Remove(BootRecord boot)
    {
        _byEnd.Remove(boot);
        if (Of(boot.Machine).RemoveAll(b => b.Id == boot.Id) is { IsEmpty: false } others)
            _ofMachine[boot.Machine] = others;
        else
            _ofMachine.Remove(boot.Machine);
    }

    /// <summary>Removes those of a machine.</summary>
    public IReadOnlyList<BootRecord> Take(MachineId machine)
    {
        var boots = Of(machine);
        _ofMachine.Remove(machine);
        _byEnd.ExceptWith(boots);
        return boots;
    }
}
