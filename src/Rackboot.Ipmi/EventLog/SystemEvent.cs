namespace Rackboot.Ipmi;

/// <summary>What a standard event record says (IPMI 2.0 §32.1; event data §29.7).</summary>
public sealed record SystemEvent
{
    /// <summary>Who sent it, first byte: an address on the IPMB, 20h for the BMC; or with bit 0 set a software id.</summary>
    public required byte Generator { get; init; }

    /// <summary>Second byte: channel in bits 7:4, LUN in 1:0.</summary>
    public required byte GeneratorChannel { get; init; }

    public required SensorType SensorType { get; init; }
    public required byte SensorNumber { get; init; }

    /// <summary>The state went away; else it came.</summary>
    public required bool IsDeassertion { get; init; }

    /// <summary>Which table the state is in (<see cref="SensorRecord.EventReadingType"/>).</summary>
    public required byte EventReadingType { get; init; }

    /// <summary>Bits 7:6 and 5:4 say what the other two bytes are, 3:0 the state.</summary>
    public required byte Data1 { get; init; }

    public required byte Data2 { get; init; }
    public required byte Data3 { get; init; }

    /// <summary>The state that came or went.</summary>
    public SensorState State => SensorStates.Describe(SensorType, EventReadingType, Data1 & 0x0F);

    /// <summary>How bad it is; a state that went away is no harm any more.</summary>
    public SensorHealth Health => IsDeassertion ? SensorHealth.Ok : State.Health;
}
