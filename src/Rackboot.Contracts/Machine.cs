using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>A server of the rack: the operator's description, and in <c>status</c> the appliance's observations.</summary>
public sealed record Machine : IDocument
{
    /// <summary>Version of the document format.</summary>
    /// <example>"v1alpha1"</example>
    [Required]
    public string ApiVersion { get; init; } = Document.ApiVersion;

    /// <summary>Kind of the document.</summary>
    /// <example>"Machine"</example>
    [Required]
    public string Kind { get; init; } = "Machine";

    /// <summary>Name of the machine, also its host name: 1 to 63 lower-case letters, digits, <c>-</c> and <c>.</c>.</summary>
    /// <example>"node-01"</example>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Labels to select machines by: keys and values of at most 128 letters, digits, <c>-</c>, <c>_</c>, <c>.</c> and
    /// <c>/</c>.</summary>
    /// <example>{"rack": "r1", "role": "worker"}</example>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>MAC addresses of its network cards. The appliance recognises a machine by its MAC addresses, its UUID or its
    /// serial number; give at least one of them.</summary>
    /// <example>["52:54:00:00:01:04"]</example>
    public IReadOnlyList<string>? Macs { get; init; }

    /// <summary>SMBIOS UUID.</summary>
    /// <example>"4c4c4544-0042-3510-8052-b4c04f4e4d32"</example>
    public string? Uuid { get; init; }

    /// <summary>Serial number of the system (SMBIOS).</summary>
    /// <example>"7J4K2N3"</example>
    public string? Serial { get; init; }

    /// <summary>Name of the profile to boot. Without one, <c>machines.idle</c> of the configuration decides. A machine of a cluster
    /// needs none.</summary>
    /// <example>"default"</example>
    public string? Profile { get; init; }

    /// <summary>IPv4 address reserved for it, in a served subnet; not the appliance's own, the router's, or the network or broadcast
    /// address.</summary>
    /// <example>"10.20.0.21"</example>
    public string? Address { get; init; }

    /// <summary>Where it boots from. Default: its profile, from the network.</summary>
    /// <example>{"from": "network"}</example>
    public MachineBoot? Boot { get; init; }

    /// <summary>Its Talos machine configuration. Without one Talos boots into maintenance mode.</summary>
    /// <example>{"file": "node-01.yaml"}</example>
    public MachineConfig? MachineConfig { get; init; }

    /// <summary>The BMC that powers it on and off.</summary>
    /// <example>{"address": "10.30.0.21", "credential": "rack1"}</example>
    public MachineBmc? Bmc { get; init; }

    /// <summary>For a machine outside the rack: the provider to buy it from, or that already rents it.</summary>
    /// <example>{"provider": "latitude-eu", "plan": "c3-large-x86", "location": "FRA"}</example>
    public MachinePlace? Place { get; init; }

    /// <summary>Observed by the appliance. Ignored in what is sent to it.</summary>
    [ReadOnly(true)]
    public MachineStatus? Status { get; init; }
}

/// <summary>Where a described machine boots from, and how it is sent to its disk.</summary>
public sealed record MachineBoot
{
    /// <summary>The boot source.</summary>
    /// <example>"disk"</example>
    public BootSource From { get; init; } = BootSource.Network;

    /// <summary>How it is sent to its disk.</summary>
    /// <example>"exit"</example>
    public DiskBootMethod Disk { get; init; } = DiskBootMethod.Auto;
}

/// <summary>Boot sources of a described machine.</summary>
public enum BootSource
{
    /// <summary>Boot the profile from the network.</summary>
    Network,

    /// <summary>Send it to its own disk.</summary>
    Disk,

    /// <summary>Hold it at the network stage until this changes.</summary>
    Wait,
}

/// <summary>How a machine is sent to its disk.</summary>
public enum DiskBootMethod
{
    /// <summary><c>exit</c> on UEFI, <c>sanboot</c> on BIOS.</summary>
    Auto,

    /// <summary>Exit iPXE, so that the firmware tries its next boot entry.</summary>
    Exit,

    /// <summary><c>sanboot --no-describe --drive 0x80</c>.</summary>
    Sanboot,

    /// <summary>Answer the firmware's or iPXE's HTTP request with 404.</summary>
    Http404,

    /// <summary>Send no boot options in DHCP.</summary>
    Silent,
}

/// <summary>A Talos machine configuration. Its content is a secret: it can be written, never read back.</summary>
public sealed record MachineConfig
{
    /// <summary>For <c>rackboot apply</c>: path of the configuration, relative to the file that names it. The CLI sends the
    /// content.</summary>
    /// <example>"node-01.yaml"</example>
    public string? File { get; init; }

    /// <summary>The configuration itself. Write-only.</summary>
    public string? Content { get; init; }

    /// <summary>SHA-256 of the stored configuration. A document with this hash keeps the stored configuration.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the stored configuration.</summary>
    [ReadOnly(true)]
    public long? Bytes { get; init; }
}

/// <summary>The appliance's observations of a machine.</summary>
public sealed record MachineStatus
{
    /// <summary>Id of the machine. It stays when the machine is renamed.</summary>
    public required string Id { get; init; }

    /// <summary>Its present state, from its BMC and its last boot.</summary>
    public required MachineState State { get; init; }

    /// <summary>Observed MAC addresses that its document does not list.</summary>
    public IReadOnlyList<string>? SeenMacs { get; init; }

    /// <summary>Observed SMBIOS UUID.</summary>
    public string? SeenUuid { get; init; }

    /// <summary>Observed serial number.</summary>
    public string? SeenSerial { get; init; }

    /// <summary>Observed manufacturer (SMBIOS).</summary>
    public string? Manufacturer { get; init; }

    /// <summary>Observed product name (SMBIOS).</summary>
    public string? Product { get; init; }

    /// <summary>Firmware: <c>bios</c> or <c>uefi</c>.</summary>
    public string? Firmware { get; init; }

    /// <summary>Architecture as Talos names it: <c>amd64</c>, <c>arm64</c>, …</summary>
    public string? Architecture { get; init; }

    /// <summary>The IPv4 address of its present lease.</summary>
    public string? Address { get; init; }

    /// <summary>Whether it is armed to get its machine configuration; none for a machine without one.</summary>
    public MachineProvisioning? Provisioning { get; init; }

    /// <summary>Accepted network cards that its document does not list.</summary>
    public IReadOnlyList<MachineCard>? AcceptedCards { get; init; }

    /// <summary>Network cards that sent its UUID or serial number and get no configuration until accepted.</summary>
    public IReadOnlyList<MachineCard>? PendingCards { get; init; }

    /// <summary>Its power state; none for a machine without <c>bmc</c>.</summary>
    public MachinePower? Power { get; init; }

    /// <summary>Id of its last boot.</summary>
    public string? LastBoot { get; init; }

    /// <summary>Stage its last boot reached.</summary>
    public BootStage? LastStage { get; init; }

    /// <summary>When its first packet arrived; none if it was never seen.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>When its last packet arrived, to within a minute.</summary>
    public DateTimeOffset? LastSeen { get; init; }
}

/// <summary>The state of a machine.</summary>
public enum MachineState
{
    /// <summary>It asked for an address or a boot file, and has no document.</summary>
    Discovered,

    /// <summary>It has a document, but never sent a packet.</summary>
    Unseen,

    /// <summary>It was seen, but no boot of it is stored.</summary>
    Seen,

    /// <summary>Its BMC reports that the power is off.</summary>
    Off,

    /// <summary>It was powered on or reset, and sent nothing since.</summary>
    Starting,

    /// <summary>A boot is in progress.</summary>
    Booting,

    /// <summary>It waits at the network stage for an operator.</summary>
    Waiting,

    /// <summary>Its boot sent nothing for longer than its stage allows.</summary>
    Stalled,

    /// <summary>Its boot cannot continue.</summary>
    Failed,

    /// <summary>It was sent to its disk.</summary>
    Disk,

    /// <summary>It booted, and its operating system reported.</summary>
    Reported,
}
