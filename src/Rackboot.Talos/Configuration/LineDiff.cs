using System.Text;

namespace Rackboot.Talos.Configuration;

/// <summary>Differences between two texts by line (E. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986), written as <c>diff
/// -u</c> does.</summary>
internal static class LineDiff
{
    private const int Context = 3;

    // Above this many differences the shortest edit script is not searched: everything between the common ends counts as changed.
    private const int MostEdits = 3_000;

    private enum Kind { Same, Removed, Added }

    /// <summary>Hunks with three lines of context around each change; empty if the texts are equal.</summary>
    public static string Unified(string from, string to, string fromName, string toName)
    {
        var lines = Lines(Split(from), Split(to));
        if (lines.All(l => l.Kind == Kind.Same))
            return "";
        var text = new StringBuilder($"--- {fromName}\n+++ {toName}\n");
        var (oldLine, newLine) = (1, 1);
        for (var i = 0; i < lines.Count;)
        {
            var end = HunkEnd(lines, i);
            if (end == i)
            {
                (oldLine, newLine, i) = (oldLine + 1, newLine + 1, i + 1);
                continue;
            }

            var hunk = lines[i..end];
            var (removed, added) = (hunk.Count(l => l.Kind != Kind.Added), hunk.Count(l => l.Kind != Kind.Removed));
            text.Append($"@@ -{Range(oldLine, removed)} +{Range(newLine, added)} @@\n");
            foreach (var (kind, line) in hunk)
                text.Append(kind switch { Kind.Removed => '-', Kind.Added => '+', _ => ' ' }).Append(line).Append('\n');
            (oldLine, newLine, i) = (oldLine + removed, newLine + added, end);
        }

        return text.ToString();
    }

    // The end of the hunk that starts at a line: three lines after its last change. The same line if no change is near.
    private static int HunkEnd(List<(Kind Kind, string Text)> lines, int begin)
    {
        var end = begin;
        for (var i = begin; i < lines.Count && i - end <= (end == begin ? Context : 2 * Context); i++)
            if (lines[i].Kind != Kind.Same)
                end = i + 1;
        return end == begin ? begin : Math.Min(lines.Count, end + Context);
    }

    private static string Range(int line, int count) => count == 1 ? $"{line}" : $"{(count == 0 ? line - 1 : line)},{count}";

    private static List<(Kind Kind, string Text)> Lines(string[] from, string[] to)
    {
        var head = 0;
        while (head < from.Length && head < to.Length && from[head] == to[head])
            head++;
        var tail = 0;
        while (tail < from.Length - head && tail < to.Length - head && from[^(tail + 1)] == to[^(tail + 1)])
            tail++;
        return
        [
            .. from[..head].Select(l => (Kind.Same, l)),
            .. Middle(from[head..^tail], to[head..^tail]),
            .. from[^tail..].Select(l => (Kind.Same, l)),
        ];
    }

    private static IEnumerable<(Kind Kind, string Text)> Middle(string[] from, string[] to)
    {
        if (Trace(from, to) is not { } trace)
            return from.Select(l => (Kind.Removed, l)).Concat(to.Select(l => (Kind.Added, l)));
        var lines = new List<(Kind, string)>();
        var (x, y) = (from.Length, to.Length);
        for (var d = trace.Count - 1; d > 0; d--)
        {
            var k = x - y;
            var before = k == -d || (k != d && At(trace[d], d, k - 1) < At(trace[d], d, k + 1)) ? k + 1 : k - 1;
            var beforeX = At(trace[d], d, before);
            while (x > beforeX && y > beforeX - before)
            {
                y--;
                lines.Add((Kind.Same, from[--x]));
            }

            lines.Add(x == beforeX ? (Kind.Added, to[--y]) : (Kind.Removed, from[--x]));
        }

        while (x > 0)
            lines.Add((Kind.Same, from[--x]));
        lines.Reverse();
        return lines;
    }

    // The furthest points before each number of edits, by diagonal; null if there are too many edits.
    private static List<int[]>? Trace(string[] from, string[] to)
    {
        var most = Math.Min(from.Length + to.Length, MostEdits);
        var furthest = new int[2 * most + 3];
        var trace = new List<int[]>();
        for (var d = 0; d <= most; d++)
        {
            trace.Add(furthest[(most + 1 - d - 1)..(most + 1 + d + 2)]);
            for (var k = -d; k <= d; k += 2)
            {
                var at = most + 1 + k;
                var x = k == -d || (k != d && furthest[at - 1] < furthest[at + 1]) ? furthest[at + 1] : furthest[at - 1] + 1;
                while (x < from.Length && x - k < to.Length && from[x] == to[x - k])
                    x++;
                furthest[at] = x;
                if (x >= from.Length && x - k >= to.Length)
                    return trace;
            }
        }

        return null;
    }

    // A slice holds the diagonals from -d-1 to d+1.
    private static int At(int[] slice, int d, int k) => slice[k + d + 1];

    private static string[] Split(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');
}
