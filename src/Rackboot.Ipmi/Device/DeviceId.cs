using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What a BMC says of itself: the answer to Get Device ID (IPMI 2.0 §20.1).</summary>
public sealed record DeviceId
{
    /// <summary>The maker's number of this kind of controller.</summary>
    public required byte Device { get; init; }

    /// <summary>0 to 15.</summary>
    public required byte DeviceRevision { get; init; }

    /// <summary>Whether records come from the device itself and not from the SDR repository.</summary>
    public required bool ProvidesDeviceSdrs { get; init; }

    /// <summary>Whether the firmware is being updated or the BMC is starting: other commands may fail.</summary>
    public required bool IsUpdating { get; init; }

    /// <summary>0 to 127.</summary>
    public required byte FirmwareMajor { get; init; }

    /// <summary>As it comes: BCD by the specification, plain binary from some makers.</summary>
    public required byte FirmwareMinor { get; init; }

    /// <summary>Major and minor version of IPMI that is spoken, such as 2.0.</summary>
    public required Version IpmiVersion { get; init; }

    public required DeviceSupport Support { get; init; }

    /// <summary>The maker's IANA enterprise number, 20 bits; 0 if unspecified.</summary>
    public required int Manufacturer { get; init; }

    /// <summary>The maker's number of the product.</summary>
    public required ushort Product { get; init; }

    /// <summary>Four bytes of the maker's own beside the firmware's revision; null if not given.</summary>
    public required uint? AuxiliaryFirmware { get; init; }

    /// <summary>The maker's name if it is one of the well-known ones.</summary>
    public string? ManufacturerName => Makers.Name(Manufacturer);

    /// <summary>The firmware's revision as it is mostly written: <c>1.74</c>.</summary>
    public string Firmware => $"{FirmwareMajor}.{FirmwareMinor:x2}";

    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out DeviceId? id, [NotNullWhen(false)] out string? error)
    {
        (id, error) = (null, null);
        if (data.Length < 11)
        {
            error = $"a device id needs 11 bytes, got {data.Length}";
            return false;
        }

        id = new DeviceId
        {
            Device = data[0],
            DeviceRevision = (byte)(data[1] & 0x0F),
            ProvidesDeviceSdrs = (data[1] & 0x80) != 0,
            IsUpdating = (data[2] & 0x80) != 0,
            FirmwareMajor = (byte)(data[2] & 0x7F),
            FirmwareMinor = data[3],
            IpmiVersion = new Version(data[4] & 0x0F, data[4] >> 4),
            Support = (DeviceSupport)data[5],
            Manufacturer = data[6] | data[7] << 8 | (data[8] & 0x0F) << 16,
            Product = BinaryPrimitives.ReadUInt16LittleEndian(data[9..]),
            AuxiliaryFirmware = data.Length >= 15 ? BinaryPrimitives.ReadUInt32BigEndian(data[11..]) : null,
        };
        return true;
    }
}
