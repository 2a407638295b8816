using System.Buffers;
using System.Globalization;
using System.Text;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>Durations in Go's notation, in nanoseconds.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    private static readonly (string Unit, decimal Nanoseconds)[] Units =
        [("ns", 1), ("us", 1e3m), ("µs", 1e3m), ("μs", 1e3m), ("ms", 1e6m), ("s", 1e9m), ("m", 6e10m), ("h", 3.6e12m)];

    /// <summary>Reads <c>1h30m</c>, <c>-1.5s</c>, <c>0</c>.</summary>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        var rest = text.AsSpan(text.Length > 0 && text[0] is '-' or '+' ? 1 : 0);
        if (rest.SequenceEqual("0"))
            return true;
        if (rest.IsEmpty || rest.Length > 100)
            return false;
        var total = 0m;
        while (!rest.IsEmpty)
        {
            var digits = rest.IndexOfAnyExcept(Digits);
            if (digits <= 0 || digits > 20 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var number))
                return false;
            rest = rest[digits..];
            var end = rest.IndexOfAny(Digits);
            var unit = (end < 0 ? rest : rest[..end]).ToString();
            var factor = Array.Find(Units, u => u.Unit == unit).Nanoseconds;
            if (factor == 0)
                return false;
            if (number > long.MaxValue / factor)
                return false;
            total += number * factor;
            rest = end < 0 ? [] : rest[end..];
        }

        if (total > long.MaxValue)
            return false;
        nanoseconds = (long)total * (text[0] == '-' ? -1 : 1);
        return true;
    }

    /// <summary>Writes as Go's Duration.String: <c>1h30m0s</c>.</summary>
    public static string Format(long nanoseconds)
    {
        if (nanoseconds == 0)
            return "0s";
        var value = Math.Abs((decimal)nanoseconds);
        var sign = nanoseconds < 0 ? "-" : "";
        if (value < 1e9m)
        {
            var (unit, factor) = value < 1e3m ? ("ns", 1m) : value < 1e6m ? ("µs", 1e3m) : ("ms", 1e6m);
            return sign + (value / factor).ToString("0.######", CultureInfo.InvariantCulture) + unit;
        }

        var seconds = value / 1e9m;
        var whole = decimal.Truncate(seconds / 60);
        var text = new StringBuilder(sign);
        if (whole >= 60)
            text.Append(CultureInfo.InvariantCulture, $"{decimal.Truncate(whole / 60)}h");
        if (whole > 0)
            text.Append(CultureInfo.InvariantCulture, $"{whole % 60}m");
        return text.Append((seconds % 60).ToString("0.#########", CultureInfo.InvariantCulture)).Append('s').ToString();
    }
}
