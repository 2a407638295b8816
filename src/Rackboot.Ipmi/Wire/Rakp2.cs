using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>RAKP message 2 (IPMI 2.0 §13.21, table 13-12): the BMC's random number, and its proof that it knows the password.</summary>
internal readonly ref struct Rakp2
{
    private const int FixedLength = 40;
    private const int ErrorLength = 2;

    public byte Tag { get; private init; }

    public RakpStatus Status { get; private init; }

    public uint ConsoleSession { get; private init; }

    /// <summary>16 bytes.</summary>
    public ReadOnlySpan<byte> BmcRandom { get; private init; }

    /// <summary>16 bytes, in the order of the wire.</summary>
    public ReadOnlySpan<byte> BmcGuid { get; private init; }

    public ReadOnlySpan<byte> Proof { get; private init; }

    /// <param name="hashLength">Bytes of the suite's hash.</param>
    public static bool TryParse(ReadOnlySpan<byte> payload, int hashLength, out Rakp2 message, [NotNullWhen(false)] out string? error)
    {
        message = default;
        error = null;
        if (payload.Length < ErrorLength)
            error = "truncated RAKP message 2";
        else if (payload[1] != 0)
            message = new Rakp2 { Tag = payload[0], Status = (RakpStatus)payload[1] };
        else if (payload.Length < FixedLength + hashLength)
            error = "truncated RAKP message 2";
        else
            message = new Rakp2
            {
                Tag = payload[0],
                ConsoleSession = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]),
                BmcRandom = payload.Slice(8, 16),
                BmcGuid = payload.Slice(24, 16),
                Proof = payload.Slice(FixedLength, hashLength),
            };
        return error is null;
    }
}
