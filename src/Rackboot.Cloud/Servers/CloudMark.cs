using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Rackboot.Cloud;

/// <summary>What a server is found again by. No provider has idempotency keys, so a mark that is stored before the order stands in the
/// server's name:
/// <c>node-31-rb3f9a1c20b7d4e155</c>. Six digits say whose it is (this appliance and provider), ten which order.</summary>
public static partial class CloudMark
{
    // RFC 1123 §2.1: a label of a host name.
    private const int MostName = 63;
    private const int OwnerDigits = 6;
    private const int OrderDigits = 10;
    private const int Length = 2 + OwnerDigits + OrderDigits;

    /// <summary>Six random digits.</summary>
    public static string NewOwner() => RandomNumberGenerator.GetHexString(OwnerDigits, lowercase: true);

    /// <summary>A mark that no order had before.</summary>
    public static string New(string owner) => $"rb{owner}{RandomNumberGenerator.GetHexString(OrderDigits, lowercase: true)}";

    /// <summary>The name of a server: what people know it by, and the mark. Letters, digits and single hyphens alone, as every provider
    /// takes.</summary>
    public static string Name(string machine, string mark)
    {
        var plain = Hyphens().Replace(Others().Replace(machine.ToLowerInvariant(), "-"), "-").Trim('-');
        return $"{plain[..Math.Min(plain.Length, MostName - Length - 1)].TrimEnd('-')}-{mark}".TrimStart('-');
    }

    /// <summary>The mark in a name; null if there is none.</summary>
    public static string? Of(string? name) => name is not null && Marked().Match(name) is { Success: true } found ? found.Value : null;

    /// <summary>Whether a name has a mark of this owner.</summary>
    public static bool IsOf(string owner, string? name) => Of(name)?.AsSpan(2).StartsWith(owner) is true;

    [GeneratedRegex("(?<![0-9a-z])rb[0-9a-f]{16}(?![0-9a-z])")]
    private static partial Regex Marked();

    [GeneratedRegex("[^a-z0-9-]")]
    private static partial Regex Others();

    [GeneratedRegex("-{2,}")]
    private static partial Regex Hyphens();
}
