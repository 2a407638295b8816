namespace Rackboot.Core.Machines;

/// <summary>What was seen of a machine.</summary>
public sealed record MachineObservation
{
    public IReadOnlyList<MacAddress> Macs { get; init; } = [];
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Manufacturer { get; init; }
    public string? Product { get; init; }
    public FirmwareKind? Firmware { get; init; }

    /// <summary><c>amd64</c>, <c>arm64</c>, …</summary>
    public string? Architecture { get; init; }
    public required DateTimeOffset FirstSeen { get; init; }
    public required DateTimeOffset LastSeen { get; init; }
}
