using Rackboot.Ipmi.Text;

namespace Rackboot.Ipmi;

/// <summary>Where the inventory of a part is: a FRU device locator record (IPMI 2.0 §43.8).</summary>
/// <param name="Controller">The address of the controller that holds it: 20h is the BMC.</param>
/// <param name="Device">The FRU device's number for Read FRU Data, if <paramref name="IsLogical"/>; else an address on a bus.</param>
/// <param name="IsLogical">Whether the controller can be asked for it with FRU commands.</param>
/// <param name="Lun">0 to 3.</param>
/// <param name="Name">The part's name.</param>
/// <param name="Entity">An entity id of §43.14.</param>
/// <param name="EntityInstance">Which one of several.</param>
public sealed record FruLocator(byte Controller, byte Device, bool IsLogical, byte Lun, string Name, byte Entity, byte EntityInstance)
{
    /// <summary>Whether the BMC that is asked has the inventory itself.</summary>
    public bool IsReadable => Controller == 0x20 && IsLogical && Lun == 0;

    internal static bool TryRead(ReadOnlySpan<byte> record, out FruLocator? locator, out string? error)
    {
        (locator, error) = (null, null);
        if (record.Length < 16)
        {
            error = $"a FRU device locator needs at least 16 bytes, got {record.Length}";
            return false;
        }

        var length = Math.Min(TypeLengthText.Length(record[15]), record.Length - 16);
        var name = TypeLengthText.DecodeSensorName(record[15], record.Slice(16, length)).Trim();
        locator = new FruLocator(
            (byte)(record[5] & 0xFE), record[6], (record[7] & 0x80) != 0, (byte)(record[7] >> 3 & 3), name, record[12], record[13]);
        return true;
    }
}
