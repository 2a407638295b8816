namespace Rackboot.Cli.Output;

/// <summary>A table as kubectl prints it: aligned columns, one line a row, easy for scripts. On a narrow screen the least important
/// columns are left out, and a long text in the last column wraps.</summary>
/// <param name="width">Width of the screen; null for no limit.</param>
public sealed class Columns(int? width, IReadOnlyList<Column> columns)
{
    private const int LeastText = 30;

    private readonly List<string[]> _rows = [];
    private readonly int _gap = width is null ? 3 : 2;
    private int[]? _shown;
    private int[] _widths = [];

    public Columns(params string[] titles)
        : this(null, [.. titles.Select(t => new Column(t))])
    {
    }

    public void Add(params string?[] cells) => _rows.Add([.. cells.Select(c => string.IsNullOrEmpty(c) ? "-" : Printable.Of(c))]);

    /// <summary>Writes the rows added since the last call; the first time with titles.</summary>
    public void Write(TextWriter output)
    {
        var first = _shown is null;
        if (first)
            _rows.Insert(0, [.. columns.Select(c => c.Title.ToUpperInvariant())]);
        Measure();
        foreach (var row in _rows)
            WriteRow(output, row);
        _rows.Clear();
    }

    /// <summary>An age or a remaining time: <c>35s</c>, <c>4m12s</c>, <c>3h</c>.</summary>
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

    // Later pages keep the columns of the first, widened where necessary.
    private void Measure()
    {
        _widths = [.. columns.Select((_, i) => _rows.Select(r => r[i].Length).Append(_widths.ElementAtOrDefault(i)).Max())];
        if (_shown is not null)
            return;
        var shown = Enumerable.Range(0, columns.Count).ToList();
        while (width is { } most && Needed(shown) > most && shown.MaxBy(i => columns[i].Rank) is var least && columns[least].Rank > 0)
            shown.Remove(least);
        _shown = [.. shown];
    }

    private int Needed(List<int> shown) =>
        shown.Sum(i => i == columns.Count - 1 ? Math.Min(_widths[i], LeastText) : _widths[i]) + _gap * (shown.Count - 1);

    private void WriteRow(TextWriter output, string[] row)
    {
        var before = _shown![..^1];
        var line = string.Concat(before.Select(i => row[i].PadRight(_widths[i] + _gap)));
        var lines = Wrapped.Lines(row[_shown[^1]], width is { } most ? Math.Max(LeastText, most - line.Length) : int.MaxValue);
        foreach (var (i, text) in lines.Index())
            output.WriteLine(((i == 0 ? line : new string(' ', line.Length)) + text).TrimEnd());
    }
}
