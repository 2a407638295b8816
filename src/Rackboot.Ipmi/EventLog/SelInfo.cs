using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>The state of the system event log (IPMI 2.0 §31.2).</summary>
/// <param name="Entries">How many records there are.</param>
/// <param name="FreeBytes">Room that is left, in bytes: 16 a record. FFFFh: that much or more.</param>
/// <param name="LastAddition">When a record was added last.</param>
/// <param name="LastErase">When records were erased last.</param>
/// <param name="IsOverflowed">Events were dropped for want of room.</param>
/// <param name="CanReserve">Whether Reserve SEL is there.</param>
public sealed record SelInfo(
    int Entries, int FreeBytes, IpmiTimestamp LastAddition, IpmiTimestamp LastErase, bool IsOverflowed, bool CanReserve)
{
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SelInfo? info, [NotNullWhen(false)] out string? error)
    {
        (info, error) = (null, null);
        if (data.Length < 14)
        {
            error = $"SEL info needs 14 bytes, got {data.Length}";
            return false;
        }

        info = new SelInfo(
            BinaryPrimitives.ReadUInt16LittleEndian(data[1..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[3..]),
            new IpmiTimestamp(BinaryPrimitives.ReadUInt32LittleEndian(data[5..])),
            new IpmiTimestamp(BinaryPrimitives.ReadUInt32LittleEndian(data[9..])),
            (data[13] & 0x80) != 0,
            (data[13] & 0x02) != 0);
        return true;
    }
}
