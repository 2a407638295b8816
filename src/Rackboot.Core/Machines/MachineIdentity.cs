namespace Rackboot.Core.Machines;

/// <summary>The identity of a machine according to a request. A value: three are made for each DHCP message.</summary>
public readonly record struct MachineIdentity
{
    public required MacAddress Mac { get; init; }
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Manufacturer { get; init; }
    public string? Product { get; init; }
}
