namespace Rackboot.Core.Machines;

/// <summary>What a machine is called inside the appliance, for ever; names change.</summary>
public readonly record struct MachineId(string Value)
{
    /// <summary>A new id; ids sort by the time they were made.</summary>
    public static MachineId New(DateTimeOffset now) => new(Guid.CreateVersion7(now).ToString("N"));

    public override string ToString() => Value;
}
