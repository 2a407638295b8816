namespace Rackboot.Core.Machines;

/// <summary>What a request tells of the machine behind it.</summary>
public sealed record MachineIdentity
{
    public required MacAddress Mac { get; init; }
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Manufacturer { get; init; }
    public string? Product { get; init; }
}
