namespace Rackboot.Contracts;

/// <summary>A server of the rack: what the operator says of it, and in <see cref="Status"/> what was observed.</summary>
public sealed record Machine : IDocument
{
    public string ApiVersion { get; init; } = Document.ApiVersion;
    public string Kind { get; init; } = "Machine";
    public string Name { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Hardware addresses of its network cards, <c>52:54:00:00:01:04</c>.</summary>
    public IReadOnlyList<string>? Macs { get; init; }

    /// <summary>SMBIOS UUID.</summary>
    public string? Uuid { get; init; }

    /// <summary>Serial number of the system as SMBIOS gives it.</summary>
    public string? Serial { get; init; }

    /// <summary>Name of the profile to boot; none means that the machine has nothing to do.</summary>
    public string? Profile { get; init; }

    /// <summary>The IPv4 address reserved for it.</summary>
    public string? Address { get; init; }

    public MachineBoot? Boot { get; init; }
    public MachineConfig? MachineConfig { get; init; }
    public MachineBmc? Bmc { get; init; }

    /// <summary>For a machine that is in no rack: the provider that it is bought at, or rented at already.</summary>
    public MachinePlace? Place { get; init; }

    /// <summary>Observed by the appliance; ignored in what is sent to it.</summary>
    public MachineStatus? Status { get; init; }
}

/// <summary>Where an accepted machine boots from, and how it is sent to its disk.</summary>
public sealed record MachineBoot
{
    public BootSource From { get; init; } = BootSource.Network;
    public DiskBootMethod Disk { get; init; } = DiskBootMethod.Auto;
}

public enum BootSource
{
    /// <summary>Boot the profile from the network.</summary>
    Network,

    /// <summary>Send it on to its own disk.</summary>
    Disk,

    /// <summary>Hold it at the network stage until told otherwise.</summary>
    Wait,
}

public enum DiskBootMethod
{
    /// <summary><see cref="Exit"/> on UEFI, <see cref="Sanboot"/> on BIOS.</summary>
    Auto,

    /// <summary>Leave iPXE, so that the firmware takes its next boot entry.</summary>
    Exit,

    /// <summary><c>sanboot --no-describe --drive 0x80</c>.</summary>
    Sanboot,

    /// <summary>Answer the firmware's or iPXE's HTTP request with 404.</summary>
    Http404,

    /// <summary>Give no boot data in DHCP at all.</summary>
    Silent,
}

/// <summary>The Talos machine configuration. Its content is a secret: it can be written, never read back.</summary>
public sealed record MachineConfig
{
    /// <summary>In a file for <c>rackboot apply</c>: path of the configuration, relative to that file. The CLI sends its content.</summary>
    public string? File { get; init; }

    /// <summary>The configuration itself; write-only.</summary>
    public string? Content { get; init; }

    /// <summary>SHA-256 of the stored configuration, hexadecimal; read-only.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the stored configuration in bytes; read-only.</summary>
    public long? Bytes { get; init; }
}

/// <summary>What the appliance observed of a machine.</summary>
public sealed record MachineStatus
{
    public required string Id { get; init; }

    /// <summary><c>discovered</c>, <c>available</c> or <c>provisioning</c>.</summary>
    public required MachineState State { get; init; }

    /// <summary>Hardware addresses it was seen with, beyond those that the operator gave.</summary>
    public IReadOnlyList<string>? SeenMacs { get; init; }
    public string? SeenUuid { get; init; }
    public string? SeenSerial { get; init; }
    public string? Manufacturer { get; init; }
    public string? Product { get; init; }

    /// <summary><c>bios</c> or <c>uefi</c>.</summary>
    public string? Firmware { get; init; }

    /// <summary>Architecture as Talos names it: <c>amd64</c>, <c>arm64</c>, …</summary>
    public string? Architecture { get; init; }

    /// <summary>The IPv4 address it holds a lease on now.</summary>
    public string? Address { get; init; }

    /// <summary>Whether its machine configuration is released to it; none for a machine without one.</summary>
    public MachineProvisioning? Provisioning { get; init; }

    /// <summary>Cards that were accepted beyond those in its document.</summary>
    public IReadOnlyList<MachineCard>? AcceptedCards { get; init; }

    /// <summary>Cards that show its UUID or serial number and earn nothing until they are accepted.</summary>
    public IReadOnlyList<MachineCard>? PendingCards { get; init; }

    /// <summary>None for a machine without <c>bmc</c>.</summary>
    public MachinePower? Power { get; init; }
    public string? LastBoot { get; init; }
    public BootStage? LastStage { get; init; }
    public DateTimeOffset? FirstSeen { get; init; }
    public DateTimeOffset? LastSeen { get; init; }
}

public enum MachineState
{
    /// <summary>It booted from the network and nobody has said what it is.</summary>
    Discovered,

    /// <summary>Accepted, with nothing to do.</summary>
    Available,

    /// <summary>Accepted, and it boots its profile from the network.</summary>
    Provisioning,
}
