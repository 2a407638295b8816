using System.Text;

namespace Rackboot.Core.Events;

/// <summary>Counts repeated events. Of events of one kind and machine whose texts differ only in numbers, addresses and the like, the first
/// few in a minute are stored; the rest become one event with their number.</summary>
internal sealed class Repetitions
{
    private const int Told = 5;

    // More patterns than this at once are counted by their kind only.
    private const int MostShapes = 1024;

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    private readonly Dictionary<Shape, Count> _counts = [];
    private DateTimeOffset _looked;

    private readonly record struct Shape(string Kind, string? Machine, string? Text);

    private sealed record Count(DateTimeOffset Since, Level Level)
    {
        public int Seen { get; set; }
        public string Last { get; set; } = "";
    }

    /// <summary>Whether this event is only counted.</summary>
    public bool IsRepeated(string kind, Level level, string? machine, string text, DateTimeOffset now)
    {
        var shape = new Shape(kind, machine, ShapeOf(text));
        if (!_counts.ContainsKey(shape) && _counts.Count >= MostShapes)
            shape = new Shape(kind, null, null);
        if (!_counts.TryGetValue(shape, out var count))
            _counts.Add(shape, count = new Count(now, level));
        count.Last = text;
        return ++count.Seen > Told;
    }

    /// <summary>Removes the counts whose minute is over (a clock that was set back ends it too).</summary>
    /// <returns>Those with events that were not stored.</returns>
    public List<(string Kind, Level Level, string? Machine, string Text)> TakeEnded(DateTimeOffset now)
    {
        var ended = new List<(string, Level, string?, string)>();
        if ((now - _looked).Duration() < LookEvery)
            return ended;
        _looked = now;
        foreach (var (shape, count) in _counts)
        {
            if ((now - count.Since).Duration() < Window)
                continue;
            _counts.Remove(shape);
            if (count.Seen > Told)
                ended.Add((shape.Kind, count.Level, shape.Machine, $"{count.Seen - Told:N0} similar events since {count.Since:HH:mm:ss}, "
                    + $"the latest: {count.Last}"));
        }

        return ended;
    }

    // Words with a digit (numbers, addresses, MACs, UUIDs, times, names like node-17) count as equal.
    private static string ShapeOf(string text)
    {
        var shape = new StringBuilder(text.Length);
        foreach (var word in text.Split(' '))
            shape.Append(word.AsSpan().IndexOfAnyInRange('0', '9') >= 0 ? "#" : word).Append(' ');
        return shape.ToString();
    }
}
