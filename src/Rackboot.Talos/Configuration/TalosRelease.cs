using System.Globalization;

namespace Rackboot.Talos.Configuration;

/// <summary>A minor release of Talos. It decides which configurations are valid.</summary>
public readonly record struct TalosRelease(int Major, int Minor) : IComparable<TalosRelease>
{
    /// <summary>The oldest release in the table of fields.</summary>
    public static TalosRelease Oldest { get; } = new(1, 11);

    /// <summary>The newest release in the table of fields.</summary>
    public static TalosRelease Newest { get; } = new(1, 14);

    /// <summary>Reads <c>v1.13.9</c>, <c>1.13.9</c>, <c>v1.13</c> or <c>1.14.0-rc.1</c>.</summary>
    public static bool TryParse(string? text, out TalosRelease release)
    {
        release = default;
        var parts = (text ?? "").TrimStart('v').Split('-', 2)[0].Split('.');
        if (parts.Length is < 2 or > 3 || text!.Length > 64
            || !parts.All(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out _)))
            return false;
        release = new(int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[1], CultureInfo.InvariantCulture));
        return true;
    }

    public int CompareTo(TalosRelease other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(TalosRelease a, TalosRelease b) => a.CompareTo(b) < 0;

    public static bool operator >(TalosRelease a, TalosRelease b) => a.CompareTo(b) > 0;

    public static bool operator <=(TalosRelease a, TalosRelease b) => a.CompareTo(b) <= 0;

    public static bool operator >=(TalosRelease a, TalosRelease b) => a.CompareTo(b) >= 0;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
