using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>The state of the SDR repository (IPMI 2.0 §33.9). Records that were read once hold as long as both times stay as they
/// are.</summary>
/// <param name="Records">How many records there are.</param>
/// <param name="FreeBytes">FFFEh: 64 KB less 2 or more; FFFFh: unspecified.</param>
/// <param name="LastAddition">Seconds, as the BMC counts them.</param>
/// <param name="LastErase">Seconds, as the BMC counts them.</param>
public sealed record SdrRepositoryInfo(int Records, int FreeBytes, uint LastAddition, uint LastErase)
{
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out SdrRepositoryInfo? info, [NotNullWhen(false)] out string? error)
    {
        (info, error) = (null, null);
        if (data.Length < 13)
        {
            error = $"SDR repository info needs 14 bytes, got {data.Length}";
            return false;
        }

        info = new SdrRepositoryInfo(
            BinaryPrimitives.ReadUInt16LittleEndian(data[1..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[3..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[5..]),
            BinaryPrimitives.ReadUInt32LittleEndian(data[9..]));
        return true;
    }
}
