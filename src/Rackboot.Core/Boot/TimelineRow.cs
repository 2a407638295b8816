using System.Text.Json.Serialization;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Boot;

/// <summary>Timeline entries as the store has them: a row is an entry, or those that came together. Of these each has only what differs
/// from the one before: lines of a kernel log differ in little but their text, and the rest was the most of what a rack writes.</summary>
internal static class TimelineRow
{
    private readonly record struct Line(string Text)
    {
        public DateTimeOffset? Time { get; init; }
        public BootStage? Stage { get; init; }
        public string? Source { get; init; }
        public Level? Level { get; init; }
        public TimeSpan? After { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public FactKind Kind { get; init; }
        public string? About { get; init; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool Progress { get; init; }
    }

    public static Change Put(string key, IReadOnlyList<TimelineEntry> entries)
    {
        if (entries is [var one])
            return Change.Put(Table.Timelines, key, one);
        var lines = new Line[entries.Count];
        TimelineEntry? before = null;
        for (var i = 0; i < lines.Length; before = entries[i++])
            lines[i] = Differing(entries[i], before);
        return Change.Put(Table.Timelines, key, lines);
    }

    public static IReadOnlyList<TimelineEntry> Read(StoredDocument row)
    {
        if (row.Body.Span is not [(byte)'[', ..])
            return [StoreJson.Read<TimelineEntry>(row)];
        var lines = StoreJson.Read<Line[]>(row);
        var entries = new TimelineEntry[lines.Length];
        TimelineEntry? before = null;
        for (var i = 0; i < lines.Length; i++)
            before = entries[i] = Whole(lines[i], before);
        return entries;
    }

    private static Line Differing(TimelineEntry entry, TimelineEntry? before) => new(entry.Text)
    {
        Time = entry.Time == before?.Time ? null : entry.Time,
        Stage = entry.Stage == before?.Stage ? null : entry.Stage,
        Source = entry.Source == before?.Source ? null : entry.Source,
        Level = entry.Level == before?.Level ? null : entry.Level,
        After = entry.After == before?.After ? null : entry.After,
        Kind = entry.Kind,
        About = entry.About,
        Progress = entry.Progress,
    };

    private static TimelineEntry Whole(Line line, TimelineEntry? before) => new(
        line.Time ?? before?.Time ?? default, line.Stage ?? before?.Stage ?? default, line.Source ?? before?.Source ?? "",
        line.Level ?? before?.Level ?? default, line.Text)
    {
        After = line.After ?? before?.After,
        Kind = line.Kind,
        About = line.About,
        Progress = line.Progress,
    };
}
