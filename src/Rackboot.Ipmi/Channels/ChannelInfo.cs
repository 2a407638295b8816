using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What a channel of a BMC is (IPMI 2.0 §22.24).</summary>
/// <param name="Number">0 to 11, and 15 for the system interface.</param>
/// <param name="Medium">Table 6-3: 4 is a LAN (802.3), 5 serial, 12 the system interface.</param>
/// <param name="Protocol">Table 6-2.</param>
/// <param name="Sessions">How many sessions are open on it.</param>
public sealed record ChannelInfo(byte Number, byte Medium, byte Protocol, int Sessions)
{
    /// <summary>The number that means "the channel this is asked on" (§6.3).</summary>
    public const byte Present = 0x0E;

    public bool IsLan => Medium == 4;

    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out ChannelInfo? info, [NotNullWhen(false)] out string? error)
    {
        (info, error) = data.Length >= 4
            ? (new ChannelInfo((byte)(data[0] & 0x0F), (byte)(data[1] & 0x7F), (byte)(data[2] & 0x1F), data[3] & 0x3F), (string?)null)
            : (null, $"channel info needs 9 bytes, got {data.Length}");
        return info is not null;
    }
}
