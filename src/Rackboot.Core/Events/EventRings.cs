namespace Rackboot.Core.Events;

/// <summary>The stored events, bounded in number, bytes and time: ordinary ones in one ring, and each security-relevant kind
/// in its own.</summary>
internal sealed class EventRings
{
    private const int ForSecurity = 10;

    // Characters for each stored event; each takes two bytes in memory.
    private const long Characters = 400;
    private const string Ordinary = "";

    private readonly Dictionary<string, Ring> _rings = [];

    private sealed class Ring
    {
        public Queue<RackEvent> Events { get; } = [];
        public long Characters { get; set; }
    }

    /// <summary>Keeps <paramref name="e"/>.</summary>
    /// <returns>The events that it displaces.</returns>
    public IReadOnlyList<RackEvent> Add(RackEvent e, HistorySettings history)
    {
        var security = SecurityEvents.Contains(e.Kind);
        var name = security ? e.Kind : Ordinary;
        if (!_rings.TryGetValue(name, out var ring))
            _rings.Add(name, ring = new Ring());
        ring.Events.Enqueue(e);
        ring.Characters += e.Text.Length;
        return Excess(name, ring, history, DateTimeOffset.MinValue);
    }

    /// <summary>Removes events beyond the limits.</summary>
    public IReadOnlyList<RackEvent> Prune(HistorySettings history, DateTimeOffset now) =>
        [.. _rings.SelectMany(ring => Excess(ring.Key, ring.Value, history, now - history.Events))];

    private static List<RackEvent> Excess(string name, Ring ring, HistorySettings history, DateTimeOffset since)
    {
        var most = name == Ordinary ? history.MostEvents : history.MostEvents / ForSecurity;
        List<RackEvent>? gone = null;
        while (ring.Events.Count > most || ring.Characters > history.MostEvents * Characters
            || ring.Events.TryPeek(out var first) && first.Time < since)
        {
            var oldest = ring.Events.Dequeue();
            ring.Characters -= oldest.Text.Length;
            (gone ??= []).Add(oldest);
        }

        return gone ?? [];
    }

    /// <summary>The events after number <paramref name="id"/>, in order.</summary>
    public List<RackEvent> After(long id) => [.. _rings.Values.SelectMany(r => r.Events.Where(e => e.Id > id)).OrderBy(e => e.Id)];
}
