using System.Globalization;
using System.Text;

namespace Rackboot.Tftp;

/// <summary>A parsed read or write request (RFC 1350 §5, RFC 2347) with the options that are understood. An option whose value is out of
/// its range is left out, as one that is not known (RFC 2347: the server acknowledges what it takes).</summary>
public sealed record TftpRequest
{
    /// <summary>Longer names are no names of ours.</summary>
    public const int MostNameBytes = 512;

    public required bool IsWrite { get; init; }
    public required string FileName { get; init; }

    /// <summary><c>octet</c> or <c>netascii</c>.</summary>
    public required bool IsNetascii { get; init; }

    /// <summary>RFC 2348: 8 to 65,464 bytes.</summary>
    public int? BlockBytes { get; init; }

    /// <summary>RFC 2349: seconds, 1 to 255.</summary>
    public int? TimeoutSeconds { get; init; }

    /// <summary>RFC 2349: the client asks for the size.</summary>
    public bool AsksSize { get; init; }

    /// <summary>RFC 7440: blocks, 1 to 65,535.</summary>
    public int? Window { get; init; }

    /// <summary>Reads a request. Any bytes may come; bad ones are refused with the protocol's own error.</summary>
    public static bool TryParse(ReadOnlySpan<byte> packet, out TftpRequest? request, out TftpError code, out string? error)
    {
        (request, code, error) = (null, TftpError.IllegalOperation, null);
        if (packet.Length < 2 || (packet[0] << 8 | packet[1]) is not (1 or 2) and var opcode)
        {
            error = "not a request";
            return false;
        }

        var isWrite = packet[1] == (byte)TftpOpcode.WriteRequest;
        packet = packet[2..];
        if (!NextString(ref packet, out var name) || !NextString(ref packet, out var modeBytes))
        {
            error = "file name or mode is not terminated";
            return false;
        }

        if (CleanName(name) is not { } fileName)
        {
            (code, error) = (TftpError.AccessViolation, "no such name");
            return false;
        }

        var mode = Encoding.ASCII.GetString(modeBytes);
        var isNetascii = mode.Equals("netascii", StringComparison.OrdinalIgnoreCase);
        if (!isNetascii && !mode.Equals("octet", StringComparison.OrdinalIgnoreCase))
        {
            error = "mode is neither octet nor netascii";
            return false;
        }

        var result = new TftpRequest { IsWrite = isWrite, FileName = fileName, IsNetascii = isNetascii };
        while (NextString(ref packet, out var option) && NextString(ref packet, out var value))
            result = result.With(option, value);
        request = result;
        return true;
    }

    private TftpRequest With(ReadOnlySpan<byte> option, ReadOnlySpan<byte> value)
    {
        if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return this;
        return Encoding.ASCII.GetString(option[..Math.Min(option.Length, 16)]).ToLowerInvariant() switch
        {
            "blksize" when number is >= 8 and <= 65464 => this with { BlockBytes = (int)number },
            "timeout" when number is >= 1 and <= 255 => this with { TimeoutSeconds = (int)number },
            "windowsize" when number is >= 1 and <= 65535 => this with { Window = (int)number },
            "tsize" => this with { AsksSize = true },
            _ => this,
        };
    }

    // Firmware writes paths with leading slashes and with backslashes. Old PXE ROMs read on behind a name that a DHCP server did not end
    // with a zero: FFh (DHCP's end option) and what lies there. What leads upwards, or is not printable, names nothing.
    private static string? CleanName(ReadOnlySpan<byte> name)
    {
        if (name.IndexOf((byte)0xFF) is > 0 and var end)
            name = name[..end];
        if (name.Length > MostNameBytes || name.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
            return null;
        var path = Encoding.ASCII.GetString(name).Replace('\\', '/').TrimStart('/');
        return path.Length == 0 || path.Split('/').Contains("..") ? null : path;
    }

    private static bool NextString(ref ReadOnlySpan<byte> packet, out ReadOnlySpan<byte> text)
    {
        var end = packet.IndexOf((byte)0);
        text = end < 0 ? [] : packet[..end];
        packet = end < 0 ? [] : packet[(end + 1)..];
        return end >= 0;
    }
}
