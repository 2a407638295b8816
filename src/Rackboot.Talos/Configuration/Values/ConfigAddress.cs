using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>Parses addresses like Go's net/netip: stricter than <see cref="IPAddress"/>, which accepts "10.1" and "010.0.0.1".</summary>
public static class ConfigAddress
{
    /// <summary>Reads an address. An IPv6 address can have a zone.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.Length is 0 or > 128 || text.Any(c => c is '[' or ']' or '/' or ' '))
            return false;
        if (!text.Contains(':'))
        {
            var parts = text.Split('.');
            return parts.Length == 4 && parts.All(IsOctet) && IPAddress.TryParse(text, out address!);
        }

        var zone = text.Split('%', 2);
        var dots = zone[0].LastIndexOf(':') + 1;
        if (zone[0].Contains('.') && (zone[0][dots..].Split('.') is not { Length: 4 } octets || !octets.All(IsOctet)))
            return false;
        return (zone.Length == 1 || zone[1].Length > 0) && IPAddress.TryParse(zone[0], out address!)
            && address.AddressFamily == AddressFamily.InterNetworkV6;
    }

    /// <summary>Reads an address and its prefix length. Bits after the prefix can be set.</summary>
    public static bool TryParsePrefix(string text, out IPAddress address, out int length)
    {
        (address, length) = (IPAddress.None, 0);
        var slash = text.LastIndexOf('/');
        if (slash < 0 || text.Contains('%') || !TryParse(text[..slash], out address) || !IsNumber(text[(slash + 1)..], 128))
            return false;
        length = int.Parse(text.AsSpan(slash + 1), CultureInfo.InvariantCulture);
        return length <= (address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
    }

    /// <summary>Reads <c>10.0.0.1:51820</c> or <c>[fd00::1]:51820</c>.</summary>
    public static bool TryParseWithPort(string text, out IPAddress address, out int port)
    {
        (address, port) = (IPAddress.None, 0);
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || text.Length - colon is < 2 or > 6 || !text.AsSpan(colon + 1).ToString().All(char.IsAsciiDigit))
            return false;
        var host = text[..colon];
        var bracketed = host.StartsWith('[') && host.EndsWith(']');
        port = int.Parse(text.AsSpan(colon + 1), CultureInfo.InvariantCulture);
        return port <= 65535 && TryParse(bracketed ? host[1..^1] : host, out address)
            && bracketed == (address.AddressFamily == AddressFamily.InterNetworkV6);
    }

    /// <summary>Whether no bit after the prefix is set.</summary>
    public static bool IsMasked(IPAddress address, int length)
    {
        var bytes = address.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
        {
            if ((bytes[i] & (0xff >> Math.Clamp(length - (i * 8), 0, 8))) != 0)
                return false;
        }

        return true;
    }

    private static bool IsOctet(string text) => IsNumber(text, 255);

    private static bool IsNumber(string text, int most) =>
        text.Length is > 0 and <= 3 && text.All(char.IsAsciiDigit) && (text.Length == 1 || text[0] != '0')
            && int.Parse(text, CultureInfo.InvariantCulture) <= most;
}
