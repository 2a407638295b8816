using System.Globalization;
using System.Text.RegularExpressions;

namespace Rackboot.Talos;

/// <summary>The release of Talos that a cluster's first machine configuration was made for: what Talos calls its version contract
/// (siderolabs/talos pkg/machinery/config/contract.go). Secrets and configurations take its shape.</summary>
public readonly partial record struct TalosContract(int Major, int Minor) : IComparable<TalosContract>
{
    /// <summary>Reads <c>v1.13</c> or <c>v1.13.9</c>, with or without the <c>v</c>.</summary>
    public static bool TryParse(string? text, out TalosContract contract)
    {
        contract = default;
        if (text is null || Pattern().Match(text) is not { Success: true } match)
            return false;
        contract = new(Number(match.Groups[1]), Number(match.Groups[2]));
        return true;
    }

    public int CompareTo(TalosContract other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    public static bool operator <(TalosContract left, TalosContract right) => left.CompareTo(right) < 0;

    public static bool operator >(TalosContract left, TalosContract right) => left.CompareTo(right) > 0;

    public static bool operator <=(TalosContract left, TalosContract right) => left.CompareTo(right) <= 0;

    public static bool operator >=(TalosContract left, TalosContract right) => left.CompareTo(right) >= 0;

    public override string ToString() => $"v{Major}.{Minor}";

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^v?(\d{1,4})\.(\d{1,4})(?:\.\d{1,4}(?:[-+][0-9A-Za-z.+-]{1,64})?)?$")]
    private static partial Regex Pattern();
}
