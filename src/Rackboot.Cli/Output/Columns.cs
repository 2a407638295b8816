namespace Rackboot.Cli.Output;

/// <summary>A table as kubectl prints it: aligned columns, one line a row, nothing that a script would stumble over.</summary>
public sealed class Columns(params string[] titles)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(c => string.IsNullOrEmpty(c) ? "-" : Printable.Of(c))]);

    public void Write(TextWriter output)
    {
        var widths = titles.Select((title, i) => _rows.Select(r => r[i].Length).Append(title.Length).Max()).ToArray();
        foreach (var row in _rows.Prepend([.. titles.Select(t => t.ToUpperInvariant())]))
            output.WriteLine(string.Concat(row.Select((cell, i) => i == row.Length - 1 ? cell : cell.PadRight(widths[i] + 3))).TrimEnd());
    }

    /// <summary>How long ago, or until when: <c>35s</c>, <c>4m12s</c>, <c>3h</c>.</summary>
    public static string Age(TimeSpan time)
    {
        time = time.Duration();
        return time.TotalSeconds < 120 ? $"{time.TotalSeconds:0}s"
            : time.TotalMinutes < 10 ? $"{(int)time.TotalMinutes}m{time.Seconds}s"
            : time.TotalHours < 3 ? $"{(int)time.TotalMinutes}m"
            : time.TotalDays < 3 ? $"{(int)time.TotalHours}h"
            : $"{(int)time.TotalDays}d";
    }

    public static string Age(DateTimeOffset? since) => since is { } at ? Age(TimeProvider.System.GetUtcNow() - at) : "";
}
