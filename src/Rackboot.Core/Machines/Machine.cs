using System.Net;

namespace Rackboot.Core.Machines;

/// <summary>A server of the rack: what the operator says of it, and what was seen of it.</summary>
public sealed record Machine
{
    public required MachineId Id { get; init; }
    public required string Name { get; init; }

    /// <summary>Grows with every change by the operator.</summary>
    public long Version { get; init; }

    /// <summary>What the operator said; null while the machine is only discovered.</summary>
    public MachineSpec? Spec { get; init; }
    public required MachineObservation Observed { get; init; }

    public bool Accepted => Spec is not null;

    /// <summary>All hardware addresses it is known by.</summary>
    public IEnumerable<MacAddress> Macs => (Spec?.Macs ?? []).Union(Observed.Macs);
}

/// <summary>What the operator says of a machine.</summary>
public sealed record MachineSpec
{
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();
    public IReadOnlyList<MacAddress> Macs { get; init; } = [];
    public Guid? Uuid { get; init; }
    public string? Serial { get; init; }
    public string? Profile { get; init; }
    public IPAddress? Address { get; init; }
    public BootSource Boot { get; init; }
    public DiskBootMethod Disk { get; init; }
    public MachineConfigDigest? Config { get; init; }
}

/// <summary>Which machine configuration is stored, without the configuration.</summary>
public sealed record MachineConfigDigest(string Sha256, long Bytes);

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

public enum FirmwareKind
{
    Bios,
    Uefi,
}

/// <summary>Where an accepted machine boots from.</summary>
public enum BootSource
{
    Network,
    Disk,
    Wait,
}

/// <summary>How a machine is sent on to its disk; firmware differs in what it understands.</summary>
public enum DiskBootMethod
{
    Auto,
    Exit,
    Sanboot,
    Http404,
    Silent,
}
