using System.Globalization;
using System.Text.RegularExpressions;

namespace Rackboot.Daemon.Configuration;

/// <summary>Times as people write them: <c>500ms</c>, <c>90s</c>, <c>5m</c>, <c>1h30m</c>, <c>90d</c>.</summary>
internal static partial class Durations
{
    private const int MostCharacters = 20;

    public static bool TryRead(string text, out TimeSpan time)
    {
        time = default;
        if (text.Length > MostCharacters || Pattern().Match(text) is not { Success: true } match)
            return false;
        time = TimeSpan.FromDays(Part("d")) + TimeSpan.FromHours(Part("h")) + TimeSpan.FromMinutes(Part("m"))
            + TimeSpan.FromSeconds(Part("s")) + TimeSpan.FromMilliseconds(Part("ms"));
        return true;

        double Part(string unit) =>
            match.Groups[unit] is { Success: true } group ? int.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;
    }

    /// <summary>In the largest exact units.</summary>
    public static string Write(TimeSpan time)
    {
        if (time.TotalHours >= 1000 && time == TimeSpan.FromDays(time.Days))
            return $"{time.Days}d";
        var text = $"{((int)time.TotalHours > 0 ? $"{(int)time.TotalHours}h" : "")}{(time.Minutes > 0 ? $"{time.Minutes}m" : "")}"
            + $"{(time.Seconds > 0 ? $"{time.Seconds}s" : "")}{(time.Milliseconds > 0 ? $"{time.Milliseconds}ms" : "")}";
        return text.Length == 0 ? "0s" : text;
    }

    [GeneratedRegex(@"^(?=\d)((?<d>\d{1,5})d)?((?<h>\d{1,6})h)?((?<m>\d{1,6})m(?!s))?((?<s>\d{1,6})s)?((?<ms>\d{1,6})ms)?$")]
    private static partial Regex Pattern();
}
