namespace Rackboot.Core.Machines;

/// <summary>The identity of a machine according to a request.</summary>
public sealed record MachineIdentity
{
    public required MacAddress Mac { get; init; }
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Manufacturer { get; init; }
    public string? Product { get; init; }
}
