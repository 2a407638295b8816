using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What the machine draws (DCMI 1.5 §6.6.1). All in watts.</summary>
/// <param name="Now">At the moment.</param>
/// <param name="Least">The least in the period.</param>
/// <param name="Most">The most in the period.</param>
/// <param name="Average">The average over the period.</param>
/// <param name="Time">When it was measured.</param>
/// <param name="Period">What least, most and average are of.</param>
/// <param name="IsMeasuring">Whether the BMC measures at all; if not, the numbers say nothing.</param>
public sealed record DcmiPowerReading(int Now, int Least, int Most, int Average, IpmiTimestamp Time, TimeSpan Period, bool IsMeasuring)
{
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out DcmiPowerReading? reading, [NotNullWhen(false)] out string? error)
    {
        (reading, error) = (null, null);
        if (data.Length < 18 || data[0] != DcmiCommands.Group)
        {
            error = data.Length < 18
                ? $"a power reading needs 18 bytes, got {data.Length}"
                : $"the answer belongs to group {data[0]:X2}h, not DCh";
            return false;
        }

        reading = new DcmiPowerReading(
            BinaryPrimitives.ReadUInt16LittleEndian(data[1..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[3..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[5..]),
            BinaryPrimitives.ReadUInt16LittleEndian(data[7..]),
            new IpmiTimestamp(BinaryPrimitives.ReadUInt32LittleEndian(data[9..])),
            TimeSpan.FromMilliseconds(BinaryPrimitives.ReadUInt32LittleEndian(data[13..])),
            (data[17] & 0x40) != 0);
        return true;
    }
}
