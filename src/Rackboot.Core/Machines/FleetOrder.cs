using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Rackboot.Core.Machines;

/// <summary>The machines in the order of their names, all of them and those with each label: a page of a list looks at little more than
/// what is on it.</summary>
internal sealed class FleetOrder
{
    private static readonly ImmutableSortedSet<Entry> None = ImmutableSortedSet.Create<Entry>(new ByName());

    private readonly ImmutableSortedSet<Entry> _all;

    // By "key=value" and by "key".
    private readonly ImmutableDictionary<string, ImmutableSortedSet<Entry>> _labels;

    private FleetOrder(ImmutableSortedSet<Entry> all, ImmutableDictionary<string, ImmutableSortedSet<Entry>> labels) =>
        (_all, _labels) = (all, labels);

    public static FleetOrder Empty { get; } = new(None, ImmutableDictionary<string, ImmutableSortedSet<Entry>>.Empty);

    private readonly record struct Entry(string Name, MachineId Id);

    public static FleetOrder Of(IReadOnlyCollection<Machine> machines)
    {
        var labels = new Dictionary<string, List<Entry>>();
        foreach (var machine in machines)
            foreach (var label in Labels(machine))
                (CollectionsMarshal.GetValueRefOrAddDefault(labels, label, out _) ??= []).Add(new Entry(machine.Name, machine.Id));
        return new FleetOrder(
            None.Union(machines.Select(m => new Entry(m.Name, m.Id))), labels.ToImmutableDictionary(l => l.Key, l => None.Union(l.Value)));
    }

    public FleetOrder With(Machine machine)
    {
        var entry = new Entry(machine.Name, machine.Id);
        var labels = _labels;
        foreach (var label in Labels(machine))
            labels = labels.SetItem(label, labels.GetValueOrDefault(label, None).Add(entry));
        return new FleetOrder(_all.Add(entry), labels);
    }

    public FleetOrder Without(Machine machine)
    {
        var entry = new Entry(machine.Name, machine.Id);
        var labels = _labels;
        foreach (var label in Labels(machine))
            labels = labels[label].Remove(entry) is { IsEmpty: false } others ? labels.SetItem(label, others) : labels.Remove(label);
        return new FleetOrder(_all.Remove(entry), labels);
    }

    public int CountWith(IReadOnlyList<string> labels) => labels.Sum(label => _labels.GetValueOrDefault(label, None).Count);

    public IEnumerable<MachineId> From(string? after, string prefix, IReadOnlyList<string>? labels)
    {
        var among = labels switch
        {
            null => _all,
            [var label] => _labels.GetValueOrDefault(label, None),
            _ => labels.Aggregate(None, (sum, label) => sum.Union(_labels.GetValueOrDefault(label, None))),
        };
        var start = prefix;
        if (after is not null && string.CompareOrdinal(after, prefix) > 0)
            start = after;
        foreach (var entry in start.Length == 0 ? among : Tail(among, start))
        {
            if (!entry.Name.StartsWith(prefix, StringComparison.Ordinal))
                yield break;
            if (entry.Name != after)
                yield return entry.Id;
        }
    }

    // One step of its own enumerator is much cheaper than finding the next by its number, but that begins at the beginning.
    private static IEnumerable<Entry> Tail(ImmutableSortedSet<Entry> among, string start)
    {
        var at = among.IndexOf(new Entry(start, default));
        for (var i = at < 0 ? ~at : at; i < among.Count; i++)
            yield return among[i];
    }

    private static IEnumerable<string> Labels(Machine machine)
    {
        if (!machine.Accepted)
            yield return Fleet.Discovered;
        foreach (var (key, value) in machine.Spec?.Labels ?? ImmutableDictionary<string, string>.Empty)
        {
            yield return key;
            yield return $"{key}={value}";
        }
    }

    private sealed class ByName : IComparer<Entry>
    {
        public int Compare(Entry x, Entry y) => string.CompareOrdinal(x.Name, y.Name);
    }
}
