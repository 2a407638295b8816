using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>A record of the SDR repository (IPMI 2.0 chapter 43).</summary>
public sealed record SdrRecord
{
    /// <summary>Bytes before a record's own: id, version, type, length.</summary>
    public const int HeaderLength = 5;

    public required ushort Id { get; init; }
    public required SdrRecordType Type { get; init; }

    /// <summary>The sensors that a full, compact or event-only record describes: one, or up to 15 that share it.</summary>
    public IReadOnlyList<SensorRecord> Sensors { get; init; } = [];

    /// <summary>What a FRU device locator record says.</summary>
    public FruLocator? Fru { get; init; }

    /// <summary>Reads a record with its header. Records of kinds that are not read keep their id and type only.</summary>
    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SdrRecord? record, [NotNullWhen(false)] out string? error)
    {
        record = null;
        if (data.Length < HeaderLength)
        {
            error = $"a sensor data record needs at least {HeaderLength} bytes, got {data.Length}";
            return false;
        }

        if (data.Length < HeaderLength + data[4])
        {
            error = $"the record declares {data[4]} bytes, got {data.Length - HeaderLength}";
            return false;
        }

        var whole = data[..(HeaderLength + data[4])];
        var header = new SdrRecord { Id = BinaryPrimitives.ReadUInt16LittleEndian(whole), Type = (SdrRecordType)whole[3] };
        switch (header.Type)
        {
            case SdrRecordType.FullSensor or SdrRecordType.CompactSensor or SdrRecordType.EventOnlySensor:
                record = SensorRecordReader.TryRead(
                    header.Type, whole, out var sensors, out error) ? header with { Sensors = sensors } : null;
                break;
            case SdrRecordType.FruDeviceLocator:
                record = FruLocator.TryRead(whole, out var fru, out error) ? header with { Fru = fru } : null;
                break;
            default:
                (record, error) = (header, null);
                break;
        }

        error = record is null ? error ?? "not a record" : null;
        return record is not null;
    }
}
