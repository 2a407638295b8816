using System.Globalization;

namespace Rackboot.Cli;

/// <summary>Durations as an operator writes them: <c>30s</c>, <c>10m</c>, <c>2h</c>.</summary>
internal static class Duration
{
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = default;
        var seconds = text is "0" ? 1 : text is [.., var unit] ? unit switch { 's' => 1, 'm' => 60, 'h' => 3600, 'd' => 86400, _ => 0 } : 0;
        var digits = text is "0" ? text : text.Length > 0 ? text[..^1] : "";
        if (seconds == 0 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > 1_000_000)
            return false;
        time = TimeSpan.FromSeconds((double)count * seconds);
        return true;
    }
}
