using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>RAKP message 4 (IPMI 2.0 §13.23, table 13-14): the session is open, and the BMC's proof that it has the same session
/// key.</summary>
internal readonly ref struct Rakp4
{
    private const int FixedLength = 8;
    private const int ErrorLength = 2;

    public byte Tag { get; private init; }

    public RakpStatus Status { get; private init; }

    public uint ConsoleSession { get; private init; }

    public ReadOnlySpan<byte> CheckValue { get; private init; }

    /// <param name="codeLength">Bytes of the suite's integrity code.</param>
    public static bool TryParse(ReadOnlySpan<byte> payload, int codeLength, out Rakp4 message, [NotNullWhen(false)] out string? error)
    {
        message = default;
        error = null;
        if (payload.Length < ErrorLength)
            error = "truncated RAKP message 4";
        else if (payload[1] != 0)
            message = new Rakp4 { Tag = payload[0], Status = (RakpStatus)payload[1] };
        else if (payload.Length < FixedLength + codeLength)
            error = "truncated RAKP message 4";
        else
            message = new Rakp4
            {
                Tag = payload[0],
                ConsoleSession = BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]),
                CheckValue = payload.Slice(FixedLength, codeLength),
            };
        return error is null;
    }
}
