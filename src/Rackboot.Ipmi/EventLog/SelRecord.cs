using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>A record of the system event log (IPMI 2.0 chapter 32).</summary>
public sealed record SelRecord
{
    /// <summary>Bytes of a record.</summary>
    public const int Length = 16;

    /// <summary>A handle: 1 to FFFEh, in no order that could be relied on.</summary>
    public required ushort Id { get; init; }

    /// <summary>02h for events; C0h to DFh makers' own with a time, E0h to FFh without.</summary>
    public required byte Type { get; init; }

    /// <summary>Null for records that have none.</summary>
    public IpmiTimestamp? Time { get; init; }

    /// <summary>Null for makers' own records.</summary>
    public SystemEvent? Event { get; init; }

    /// <summary>The IANA enterprise number of a maker's own record with a time; else null.</summary>
    public int? Manufacturer { get; init; }

    /// <summary>What a maker's own record holds: 6 or 13 bytes.</summary>
    public ReadOnlyMemory<byte> OwnData { get; init; }

    /// <summary>How bad it is; makers' own records are <see cref="SensorHealth.Ok"/>, for nobody knows.</summary>
    public SensorHealth Health => Event?.Health ?? SensorHealth.Ok;

    /// <summary>The record in plain words.</summary>
    /// <param name="sensors">The BMC's sensors, for names, units and readings; without them sensors are named by type and number.</param>
    public string Describe(IEnumerable<SensorRecord>? sensors = null) => EventWords.Describe(this, sensors ?? []);

    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out SelRecord? record, [NotNullWhen(false)] out string? error)
    {
        (record, error) = (null, null);
        if (data.Length < Length)
        {
            error = $"a SEL record needs {Length} bytes, got {data.Length}";
            return false;
        }

        var blank = new SelRecord { Id = BinaryPrimitives.ReadUInt16LittleEndian(data), Type = data[2] };
        if (blank.Type >= 0xE0)
            record = blank with { OwnData = data[3..Length].ToArray() };
        else
        {
            var timed = blank with { Time = new IpmiTimestamp(BinaryPrimitives.ReadUInt32LittleEndian(data[3..])) };
            record = blank.Type >= 0xC0
                ? timed with { Manufacturer = data[7] | data[8] << 8 | data[9] << 16, OwnData = data[10..Length].ToArray() }
                : timed with { Event = ReadEvent(data) };
        }

        return true;
    }

    private static SystemEvent ReadEvent(ReadOnlySpan<byte> data)
    {
        // §32.1, byte 10: events of IPMI 1.0 (revision 03h) have the sender's address in the first generator byte all the same.
        return new SystemEvent
        {
            Generator = data[7],
            GeneratorChannel = data[8],
            SensorType = (SensorType)data[10],
            SensorNumber = data[11],
            IsDeassertion = (data[12] & 0x80) != 0,
            EventReadingType = (byte)(data[12] & 0x7F),
            Data1 = data[13],
            Data2 = data[14],
            Data3 = data[15],
        };
    }
}
