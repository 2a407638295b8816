namespace Rackboot.Core.Events;

/// <summary>The events that are kept, bounded in number and bytes: what is ordinary in one ring, and each kind that matters for security
/// in its own.</summary>
internal sealed class EventRings
{
    private const int MostOrdinary = 10_000;
    private const int MostOfSecurityKind = 1_000;

    // Characters of text; each takes two bytes in memory.
    private const long MostCharacters = 4 * 1024 * 1024;
    private const string Ordinary = "";

    private readonly Dictionary<string, Ring> _rings = [];

    private sealed class Ring
    {
        public Queue<RackEvent> Events { get; } = [];
        public long Characters { get; set; }
    }

    /// <summary>Keeps <paramref name="e"/>.</summary>
    /// <returns>What has to go for it.</returns>
    public IEnumerable<RackEvent> Add(RackEvent e)
    {
        var security = SecurityEvents.Contains(e.Kind);
        var name = security ? e.Kind : Ordinary;
        if (!_rings.TryGetValue(name, out var ring))
            _rings.Add(name, ring = new Ring());
        ring.Events.Enqueue(e);
        ring.Characters += e.Text.Length;
        List<RackEvent>? gone = null;
        while (ring.Events.Count > (security ? MostOfSecurityKind : MostOrdinary) || ring.Characters > MostCharacters)
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
