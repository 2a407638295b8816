namespace Rackboot.Core.Machines;

/// <summary>A machine's permanent identity inside the appliance; names can change.</summary>
public readonly record struct MachineId(string Value)
{
    /// <summary>A new id; ids sort by creation time.</summary>
    public static MachineId New(DateTimeOffset now) => new(Guid.CreateVersion7(now).ToString("N"));

    public override string ToString() => Value;
}
