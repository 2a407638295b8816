using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>An IPMI LAN message (IPMI 2.0 §13.8, figure 13-4): what stands in a payload of type 0, and in the packets of IPMI
/// 1.5.</summary>
internal readonly ref struct IpmiMessage
{
    /// <summary>Bytes of a request beside its data.</summary>
    public const int RequestOverhead = 7;

    private const byte Bmc = 0x20;
    private const byte RemoteConsole = 0x81;
    private const int ShortestResponse = 8;

    public byte NetFunction { get; private init; }

    public byte Sequence { get; private init; }

    public byte Command { get; private init; }

    public byte CompletionCode { get; private init; }

    public ReadOnlySpan<byte> Data { get; private init; }

    /// <summary>Whether both checksums fit. Inside a session the integrity code says more, and some BMCs get the checksums wrong.</summary>
    public bool ChecksumsFit { get; private init; }

    /// <summary>Writes a request; returns its length.</summary>
    public static int Write(Span<byte> destination, in IpmiRequest request, byte sequence)
    {
        destination[0] = Bmc;
        destination[1] = (byte)((byte)request.NetFunction << 2 | request.Lun & 3);
        destination[2] = Checksum(destination[..2]);
        destination[3] = RemoteConsole;
        destination[4] = (byte)(sequence << 2);
        destination[5] = request.Command;
        request.Data.Span.CopyTo(destination[6..]);
        var end = 6 + request.Data.Length;
        destination[end] = Checksum(destination[3..end]);
        return end + 1;
    }

    /// <summary>Reads a response. The addresses are not looked at: BMCs have been seen to echo others.</summary>
    public static bool TryParse(ReadOnlySpan<byte> payload, out IpmiMessage message, [NotNullWhen(false)] out string? error)
    {
        message = default;
        error = payload.Length < ShortestResponse
            ? "truncated IPMI message"
            : (payload[1] >> 2 & 1) == 0 ? "an IPMI request instead of a response" : null;
        if (error is not null)
            return false;
        message = new IpmiMessage
        {
            NetFunction = (byte)(payload[1] >> 2),
            Sequence = (byte)(payload[4] >> 2),
            Command = payload[5],
            CompletionCode = payload[6],
            Data = payload[7..^1],
            ChecksumsFit = Checksum(payload[..2]) == payload[2] && Checksum(payload[3..^1]) == payload[^1],
        };
        return true;
    }

    // §13.8: 8-bit two's complement; the sum over the bytes and this is 0.
    private static byte Checksum(ReadOnlySpan<byte> bytes)
    {
        byte sum = 0;
        foreach (var value in bytes)
            sum += value;
        return (byte)-sum;
    }
}
