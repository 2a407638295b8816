namespace Rackboot.Core.Machines;

/// <summary>The machines without a document, ordered by when they were last seen, so that the one to forget is found at
/// once. Those that asked once and never came back are separate: a flood has many of them, and they displace only each
/// other. Not thread-safe.</summary>
internal sealed class DiscoveredMachines
{
    private readonly Dictionary<MachineId, LinkedListNode<MachineId>> _places = [];
    private readonly LinkedList<MachineId> _kept = [];
    private readonly LinkedList<MachineId> _glimpsed = [];

    /// <summary>Machines that came back.</summary>
    public int Kept => _kept.Count;

    /// <summary>Machines that asked once.</summary>
    public int Glimpsed => _glimpsed.Count;

    public void AddKept(MachineId id) => _places.Add(id, _kept.AddLast(id));

    public void AddGlimpsed(MachineId id) => _places.Add(id, _glimpsed.AddLast(id));

    public bool IsGlimpsed(MachineId id) => _places.TryGetValue(id, out var place) && place.List == _glimpsed;

    /// <summary>The machine came back.</summary>
    /// <returns>Whether it was only glimpsed until now.</returns>
    public bool Keep(MachineId id)
    {
        if (!_places.TryGetValue(id, out var place) || place.List != _glimpsed)
            return false;
        _glimpsed.Remove(place);
        _kept.AddLast(place);
        return true;
    }

    /// <summary>Records that it was seen now.</summary>
    public void Seen(MachineId id)
    {
        if (!_places.TryGetValue(id, out var place) || place.List is not { } list)
            return;
        list.Remove(place);
        list.AddLast(place);
    }

    /// <summary>Removes one that was described or deleted.</summary>
    /// <returns>Whether it was only glimpsed.</returns>
    public bool Remove(MachineId id)
    {
        if (!_places.Remove(id, out var place))
            return false;
        var glimpsed = place.List == _glimpsed;
        place.List!.Remove(place);
        return glimpsed;
    }

    /// <summary>The machine that came back and was not seen for longest, except <paramref name="except"/>.</summary>
    public MachineId? OldestKept(IReadOnlySet<MachineId> except) => Oldest(_kept, except);

    /// <summary>The machine that asked once, longest ago, except <paramref name="except"/>.</summary>
    public MachineId? OldestGlimpsed(IReadOnlySet<MachineId> except) => Oldest(_glimpsed, except);

    private static MachineId? Oldest(LinkedList<MachineId> list, IReadOnlySet<MachineId> except)
    {
        var first = list.First;
        while (first is not null && except.Contains(first.Value))
            first = first.Next;
        return first?.Value;
    }
}
