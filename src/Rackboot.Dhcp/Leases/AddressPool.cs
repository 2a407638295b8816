namespace Rackboot.Dhcp;

/// <summary>The order in which the addresses of a range are given: those that nobody ever had, then those that have been free for
/// longest.</summary>
internal sealed class AddressPool(AddressRange range)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly uint _first = DhcpMessage.ToNumber(range.First);
    private readonly uint _last = DhcpMessage.ToNumber(range.Last);
    private readonly PriorityQueue<uint, long> _used = new();
    private long _next = DhcpMessage.ToNumber(range.First);

    public int Queued => _used.Count;

    /// <summary>What is offered to claims that do not go first, the oldest offer first. One that was taken or given back since stays until
    /// its turn.</summary>
    public Queue<LeaseEntry> Offered { get; } = [];

    public bool Contains(uint address) => address >= _first && address <= _last;

    /// <summary>The next address that was never looked at.</summary>
    public bool TryNext(out uint address)
    {
        address = (uint)_next;
        if (_next > _last)
            return false;
        _next++;
        return true;
    }

    /// <summary>The address that has been due for longest. A place in the queue may be stale: then its entry says another time.</summary>
    public bool TryDequeue(DateTimeOffset now, out uint address, out DateTimeOffset due)
    {
        var isDue = _used.TryPeek(out address, out var ticks) && ticks <= now.UtcTicks && _used.TryDequeue(out address, out ticks);
        due = new DateTimeOffset(ticks, TimeSpan.Zero);
        return isDue;
    }

    public void Enqueue(LeaseEntry entry) => Enqueue(entry, entry.Expires);

    /// <summary>Puts an address back for a minute that is free, but not for the one that asks.</summary>
    public void Postpone(LeaseEntry entry, DateTimeOffset now) => Enqueue(entry, now + LookAgain);

    /// <summary>Whether most of the queue is stale; clients that take and release leave stale places behind.</summary>
    public bool IsCluttered(int entries) => _used.Count > 4 * entries + 1024;

    public void Refill(LeaseSlots slots)
    {
        _used.Clear();
        _used.EnsureCapacity(slots.Count + slots.Count / 8); // by itself it would take twice the room for a million at the next one
        _used.EnqueueRange(Places(slots)); // all at once orders a million in a tenth of the time
    }

    private IEnumerable<(uint Address, long Due)> Places(LeaseSlots slots)
    {
        for (var place = 0; place < slots.Count; place++)
            if (Contains(slots.At(place).Address))
                yield return (slots.At(place).Address, slots.At(place).Due = slots.At(place).Expires);
    }

    private void Enqueue(LeaseEntry entry, DateTimeOffset due)
    {
        entry.Due = due;
        _used.Enqueue(entry.Address, due.UtcTicks);
    }
}
