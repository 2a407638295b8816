using System.Globalization;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>Sizes in the format of github.com/dustin/go-humanize.</summary>
public static class ByteCount
{
    private const string Prefixes = "kmgtpe";

    /// <summary>Reads <c>1048576</c>, <c>10GiB</c>, <c>1.5 TB</c>, <c>100m</c>.</summary>
    public static bool TryParse(string text, out ulong bytes)
    {
        bytes = 0;
        var digits = 0;
        while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] is '.' or ','))
            digits++;
        var number = text[..digits].Replace(",", "", StringComparison.Ordinal);
        if (number.Length is 0 or > 30 || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
            out var value))
            return false;
        if (Factor(text[digits..].Trim().ToLowerInvariant()) is not { } factor)
            return false;
        value *= factor;
        if (value >= ulong.MaxValue)
            return false;
        bytes = (ulong)value;
        return true;
    }

    /// <summary>Writes at most three digits and a decimal unit: <c>100 MB</c>.</summary>
    public static string Format(ulong bytes)
    {
        if (bytes < 10)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        var power = (int)Math.Floor(Math.Log(bytes) / Math.Log(1000));
        var value = Math.Floor((bytes / Math.Pow(1000, power) * 10) + 0.5) / 10;
        return value.ToString(value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " "
            + (power == 0 ? "B" : "kMGTPE"[power - 1] + "B");
    }

    private static double? Factor(string unit)
    {
        if (unit is "" or "b")
            return 1;
        var power = Prefixes.IndexOf(unit[0], StringComparison.Ordinal) + 1;
        return power == 0 ? null : unit[1..] switch { "" or "b" => Math.Pow(1000, power), "i" or "ib" => Math.Pow(1024, power), _ => null };
    }
}
