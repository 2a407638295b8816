using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Network;

/// <summary>Requests without an answer, by card or address, with or without a known machine. In memory only and
/// bounded: a client that asked once gives way to one that asks again.</summary>
public sealed class Sightings(TimeProvider time)
{
    /// <summary>Cards, and addresses, that are remembered.</summary>
    public const int Most = 4096;

    private const int MostFacts = 6;

    private readonly Lock _lock = new();
    private readonly Remembered<MacAddress> _cards = new(Most);
    private readonly Remembered<IPAddress> _addresses = new(Most);
    private readonly Remembered<MachineId> _machines = new(Most);

    internal sealed class Seen(Fact fact)
    {
        public Fact Fact => fact;
        public string Text { get; set; } = "";
        public int Count { get; set; }
        public long First { get; set; }
        public long Last { get; set; }
    }

    public void Add(MacAddress card, Fact fact, string text)
    {
        lock (_lock)
            Add(_cards.Of(card), fact, text);
    }

    public void Add(IPAddress address, Fact fact, string text)
    {
        lock (_lock)
            Add(_addresses.Of(address), fact, text);
    }

    /// <summary>Records a request with <paramref name="machine"/>'s token or name from another address.</summary>
    public void AddOf(MachineId machine, Fact fact, string text)
    {
        lock (_lock)
            Add(_machines.Of(machine), fact, text);
    }

    public IReadOnlyList<Sighting> Of(MachineId machine)
    {
        lock (_lock)
            return Shown(_machines.Find(machine));
    }

    /// <summary>The requests of <paramref name="card"/>, the newest last.</summary>
    public IReadOnlyList<Sighting> Of(MacAddress card)
    {
        lock (_lock)
            return Shown(_cards.Find(card));
    }

    /// <summary>The requests from <paramref name="address"/>, the newest last.</summary>
    public IReadOnlyList<Sighting> At(IPAddress address)
    {
        lock (_lock)
            return Shown(_addresses.Find(address));
    }

    private void Add(List<Seen> facts, Fact fact, string text)
    {
        var now = time.GetTimestamp();
        var seen = Taken(facts, fact) ?? new Seen(fact) { First = now };
        (seen.Text, seen.Last) = (ShortText.Of(text), now);
        seen.Count++;
        facts.Add(seen);
        if (facts.Count > MostFacts)
            facts.RemoveAt(0);
    }

    // By hand: every packet of a stranger comes here, and a search by a predicate makes two objects.
    private static Seen? Taken(List<Seen> facts, Fact fact)
    {
        for (var i = 0; i < facts.Count; i++)
        {
            if (facts[i] is var seen && seen.Fact == fact)
            {
                facts.RemoveAt(i);
                return seen;
            }
        }

        return null;
    }

    private List<Sighting> Shown(List<Seen>? facts) =>
        facts is null ? [] : [.. facts.Select(s => new Sighting(s.Fact, s.Text, s.Count, time.GetElapsedTime(s.First),
            time.GetElapsedTime(s.Last)))];

    /// <summary>The newest of many keys; those that came once go first.</summary>
    private sealed class Remembered<TKey>(int most)
        where TKey : notnull
    {
        private readonly Dictionary<TKey, LinkedListNode<(TKey Key, List<Seen> Facts)>> _nodes = [];
        private readonly LinkedList<(TKey Key, List<Seen> Facts)> _once = [];
        private readonly LinkedList<(TKey Key, List<Seen> Facts)> _again = [];

        public List<Seen>? Find(TKey key) => _nodes.TryGetValue(key, out var node) ? node.Value.Facts : null;

        /// <summary>The facts of <paramref name="key"/>, to be added to.</summary>
        public List<Seen> Of(TKey key)
        {
            if (_nodes.TryGetValue(key, out var node))
            {
                node.List!.Remove(node);
                _again.AddLast(node);
                return node.Value.Facts;
            }

            if (_nodes.Count >= most && (_once.First ?? _again.First) is { } leaver)
            {
                leaver.List!.Remove(leaver);
                _nodes.Remove(leaver.Value.Key);
            }

            _nodes[key] = node = _once.AddLast((key, []));
            return node.Value.Facts;
        }
    }
}
