namespace Rackboot.Core.Machines;

/// <summary>The observations of a machine.</summary>
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

    /// <summary>Whether a packet ever came from it. Until then the times are those of its description.</summary>
    public bool WasSeen => Macs.Count > 0 || Uuid is not null || Serial is not null || Firmware is not null;
}
