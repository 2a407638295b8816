using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>Open Session Request and Response (IPMI 2.0 §13.17 and §13.18, tables 13-9 and 13-10).</summary>
/// <param name="Tag">The tag of the request.</param>
/// <param name="Status">Where it is not <see cref="RakpStatus.NoError"/>, what follows says nothing.</param>
/// <param name="Privilege">The highest privilege level of the session; 0 where the BMC does not say.</param>
/// <param name="ConsoleSession">Our number of the session.</param>
/// <param name="BmcSession">The BMC's number of it.</param>
/// <param name="Suite">What the BMC chose; none where no suite that we know has these algorithms.</param>
internal sealed record OpenSession(byte Tag, RakpStatus Status, byte Privilege, uint ConsoleSession, uint BmcSession, Suite? Suite)
{
    public const int RequestLength = 32;
    private const int ResponseLength = 36;
    private const int ErrorLength = 2;
    private const byte AlgorithmPayloadLength = 8;

    public static void WriteRequest(Span<byte> destination, byte tag, byte privilege, uint consoleSession, Suite suite)
    {
        destination[..RequestLength].Clear();
        destination[0] = tag;
        destination[1] = privilege;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], consoleSession);
        WriteAlgorithm(destination[8..], 0, suite.Authentication);
        WriteAlgorithm(destination[16..], 1, suite.Integrity);
        WriteAlgorithm(destination[24..], 2, suite.Confidentiality);
    }

    public static bool TryParse(
        ReadOnlySpan<byte> payload, [NotNullWhen(true)] out OpenSession? response, [NotNullWhen(false)] out string? error)
    {
        response = null;
        error = null;
        if (payload.Length < ErrorLength)
            error = "truncated Open Session Response";
        else if (payload[1] != 0)
            response = new OpenSession(payload[0], (RakpStatus)payload[1], 0, 0, 0, null);
        else if (payload.Length < ResponseLength)
            error = "truncated Open Session Response";
        else if (payload[12] != 0 || payload[20] != 1 || payload[28] != 2)
            error = "Open Session Response with its algorithms in the wrong order";
        else
            response = new OpenSession(
                payload[0],
                RakpStatus.NoError,
                (byte)(payload[2] & 0x0F),
                BinaryPrimitives.ReadUInt32LittleEndian(payload[4..]),
                BinaryPrimitives.ReadUInt32LittleEndian(payload[8..]),
                Suite.With((byte)(payload[16] & 0x3F), (byte)(payload[24] & 0x3F), (byte)(payload[32] & 0x3F)));
        return response is not null;
    }

    private static void WriteAlgorithm(Span<byte> destination, byte kind, byte algorithm)
    {
        destination[0] = kind;
        destination[3] = AlgorithmPayloadLength;
        destination[4] = algorithm;
    }
}
