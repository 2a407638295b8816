using System.Globalization;

namespace Rackboot.Core.Diagnosis;

/// <summary>Times and numbers as people say them.</summary>
internal static class Words
{
    public static string Time(TimeSpan time) =>
        time.TotalSeconds < 120 ? $"{Math.Max(0, time.TotalSeconds):0} s" : time.TotalMinutes < 120 ? $"{time.TotalMinutes:0} min"
        : time.TotalHours < 48 ? $"{time.TotalHours:0} h" : $"{time.TotalDays:0} days";

    public static string Times(int count) => count switch { 1 => "once", 2 => "twice", _ => $"{count} times" };

    public static string Bytes(long bytes) => bytes.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Ends a sentence once.</summary>
    public static string Sentence(string text) => text.Length == 0 || text[^1] is '.' or '!' or '?' ? text : text + ".";
}
