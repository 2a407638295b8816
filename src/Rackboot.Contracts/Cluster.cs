using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>A Talos cluster: its machines, its releases and its API endpoint.</summary>
public sealed record Cluster : IDocument
{
    /// <summary>Version of the document format.</summary>
    /// <example>"v1alpha1"</example>
    [Required]
    public string ApiVersion { get; init; } = Document.ApiVersion;

    /// <summary>Kind of the document.</summary>
    /// <example>"Cluster"</example>
    [Required]
    public string Kind { get; init; } = "Cluster";

    /// <summary>Name of the cluster: 1 to 63 lower-case letters, digits, <c>-</c> and <c>.</c>.</summary>
    /// <example>"prod"</example>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Labels to select clusters by.</summary>
    /// <example>{"site": "berlin"}</example>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>URL of the Kubernetes API. Optional with <c>vip</c>.</summary>
    /// <example>"https://10.20.0.10:6443"</example>
    public string? Endpoint { get; init; }

    /// <summary>Virtual IPv4 address that the control-plane machines share.</summary>
    /// <example>"10.20.0.10"</example>
    public string? Vip { get; init; }

    /// <summary>Talos release of its machines.</summary>
    /// <example>{"version": "v1.14.0"}</example>
    [Required]
    public ClusterTalos? Talos { get; init; }

    /// <summary>Release of Kubernetes.</summary>
    /// <example>"v1.36.3"</example>
    [Required]
    public string? Kubernetes { get; init; }

    /// <summary>Machines that run etcd and the Kubernetes control plane.</summary>
    /// <example>{"selector": {"role": "control-plane"}}</example>
    [Required]
    public ClusterMachines? ControlPlane { get; init; }

    /// <summary>Machines that run only workloads.</summary>
    /// <example>{"selector": {"role": "worker"}}</example>
    public ClusterMachines? Workers { get; init; }

    /// <summary>Disk to install Talos on. All given fields must match.</summary>
    /// <example>{"type": "nvme", "size": "&gt;= 400GB"}</example>
    public ClusterDisk? InstallDisk { get; init; }

    /// <summary>Configuration patches for every machine, in the form of Talos.</summary>
    /// <example>[{"file": "all.yaml"}]</example>
    public IReadOnlyList<ClusterPatch>? Patches { get; init; }

    /// <summary><c>secrets.yaml</c> of talosctl, or a <c>controlplane.yaml</c>, of an existing cluster. Without it the appliance
    /// generates new secrets. Write-only.</summary>
    /// <example>{"file": "secrets.yaml"}</example>
    public ClusterPatch? Secrets { get; init; }

    /// <summary>How often the appliance stores an etcd snapshot.</summary>
    /// <example>{"every": "6h", "keep": 20}</example>
    public ClusterSnapshots? Snapshots { get; init; }

    /// <summary>How to upgrade the cluster.</summary>
    /// <example>{"parallel": 2}</example>
    public ClusterUpgrade? Upgrade { get; init; }

    /// <summary>Observed by the appliance. Ignored in what is sent to it.</summary>
    [ReadOnly(true)]
    public ClusterStatus? Status { get; init; }
}

/// <summary>The Talos release of a cluster: <c>{ version: v1.13.9, schematic: { extensions: [siderolabs/intel-ucode] } }</c>.</summary>
public sealed record ClusterTalos
{
    /// <summary>Release of Talos.</summary>
    /// <example>"v1.14.0"</example>
    [Required]
    public string Version { get; init; } = "";

    /// <summary>Image Factory schematic: its id, or <c>{ extensions: […] }</c>. Default: plain Talos.</summary>
    /// <example>{"extensions": ["siderolabs/intel-ucode"]}</example>
    public ClusterSchematic? Schematic { get; init; }
}

/// <summary>The contents of a Talos image.</summary>
[Shorthand(nameof(Id))]
public sealed record ClusterSchematic
{
    /// <summary>Image Factory id: 64 hexadecimal digits.</summary>
    /// <example>"376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"</example>
    public string? Id { get; init; }

    /// <summary>Official system extensions.</summary>
    /// <example>["siderolabs/intel-ucode"]</example>
    public IReadOnlyList<string>? Extensions { get; init; }

    /// <summary>Kernel arguments to add.</summary>
    /// <example>["console=ttyS0"]</example>
    public IReadOnlyList<string>? KernelArguments { get; init; }
}

/// <summary>The machines of one role.</summary>
public sealed record ClusterMachines
{
    /// <summary>Labels that select its machines.</summary>
    /// <example>{"role": "worker"}</example>
    [Required]
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>Configuration patches for these machines, applied after those of the cluster.</summary>
    /// <example>[{"file": "worker.yaml"}]</example>
    public IReadOnlyList<ClusterPatch>? Patches { get; init; }
}

/// <summary>Text from a file: <c>{ file: all.yaml }</c>.</summary>
public sealed record ClusterPatch
{
    /// <summary>For <c>rackboot apply</c>: a path relative to the file that names it. The CLI sends the content.</summary>
    /// <example>"all.yaml"</example>
    public string? File { get; init; }

    /// <summary>Names the text in errors. <c>rackboot apply</c> sets it to <c>file</c>. Another name changes no machine.</summary>
    /// <example>"all.yaml"</example>
    public string? Name { get; init; }

    /// <summary>The text itself.</summary>
    /// <example>"machine: { network: { nameservers: [10.20.0.1] } }"</example>
    public string? Content { get; init; }
}

/// <summary>The disk to install Talos on. All given fields must match.</summary>
public sealed record ClusterDisk
{
    /// <summary>Device path. The kernel may give the name to another disk.</summary>
    /// <example>"/dev/sda"</example>
    public string? Device { get; init; }

    /// <summary>Size condition.</summary>
    /// <example>"&gt;= 400GB"</example>
    public string? Size { get; init; }

    /// <summary>Type of disk: <c>ssd</c>, <c>hdd</c>, <c>nvme</c> or <c>sd</c>.</summary>
    /// <example>"nvme"</example>
    public string? Type { get; init; }

    /// <summary>Model, with wildcards.</summary>
    /// <example>"SAMSUNG*"</example>
    public string? Model { get; init; }

    /// <summary>Serial number.</summary>
    /// <example>"S4EVNX0N123456"</example>
    public string? Serial { get; init; }

    /// <summary>World Wide Identifier (WWID).</summary>
    /// <example>"naa.5000c500a1b2c3d4"</example>
    public string? Wwid { get; init; }

    /// <summary>Path on the bus, with wildcards.</summary>
    /// <example>"/pci0000:00/*"</example>
    public string? BusPath { get; init; }
}

/// <summary>How often the appliance stores an etcd snapshot.</summary>
public sealed record ClusterSnapshots
{
    /// <summary>Interval between snapshots.</summary>
    /// <example>"6h"</example>
    [Required]
    public string Every { get; init; } = "";

    /// <summary>Number of snapshots to keep.</summary>
    /// <example>20</example>
    public long Keep { get; init; } = 20;
}

/// <summary>How to upgrade a cluster.</summary>
public sealed record ClusterUpgrade
{
    /// <summary>Number of workers to upgrade at a time. Control-plane machines are upgraded one by one.</summary>
    /// <example>1</example>
    public long Parallel { get; init; } = 1;

    /// <summary>How running machines get changed patches: <c>auto</c> restarts machines that need it, one by one; <c>no-reboot</c>
    /// leaves those unchanged; <c>staged</c> applies the change at each machine's next restart.</summary>
    public string? Configuration { get; init; }

    /// <summary>How long a machine with changed patches, CAs or tokens must be ready before the next one gets its own, up to 15m.
    /// Default: 30s.</summary>
    /// <example>"2m"</example>
    public string? Settle { get; init; }
}

/// <summary>The state of a cluster.</summary>
public sealed record ClusterStatus
{
    /// <summary>What the cluster is doing.</summary>
    public required ClusterPhase Phase { get; init; }

    /// <summary>In one sentence: what it is doing or waiting for.</summary>
    public required string Summary { get; init; }

    /// <summary>Its machines.</summary>
    public required IReadOnlyList<ClusterMemberStatus> Machines { get; init; }

    /// <summary>What it is waiting for, and what to do about it.</summary>
    public IReadOnlyList<ClusterWaiting>? Waiting { get; init; }

    /// <summary>When the last etcd snapshot was stored.</summary>
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <summary>Progress of the secret rotation; none if none is running.</summary>
    public string? Renewal { get; init; }

    /// <summary>Warnings.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

/// <summary>What a cluster is doing.</summary>
public enum ClusterPhase
{
    BringingUp,
    Bootstrapping,
    Joining,
    Ready,
    Degraded,
    Upgrading,
    Stopped,
    Restoring,

    /// <summary>Running machines get a changed configuration.</summary>
    Configuring,

    /// <summary>Its CAs or tokens are being rotated.</summary>
    Rotating,
}

/// <summary>A machine of a cluster.</summary>
public sealed record ClusterMemberStatus
{
    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary><c>control plane</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Stage it reached on its way into the cluster.</summary>
    public required string Stage { get; init; }

    /// <summary>IPv4 address of its Talos API.</summary>
    public string? Address { get; init; }

    /// <summary>Talos release it runs.</summary>
    public string? Talos { get; init; }

    /// <summary>Kubernetes release its kubelet runs.</summary>
    public string? Kubernetes { get; init; }

    /// <summary>State of its etcd; none for a worker.</summary>
    public string? Etcd { get; init; }

    /// <summary>Whether Kubernetes reports the node as ready.</summary>
    public bool Ready { get; init; }

    /// <summary>What it is waiting for.</summary>
    public string? WaitsFor { get; init; }
}

/// <summary>Something that the cluster or a machine is waiting for.</summary>
/// <param name="Deadline">When it should have happened; none if a person has to act.</param>
/// <param name="Machine">The machine concerned; none for the whole cluster.</param>
/// <param name="For">What it is waiting for.</param>
/// <param name="Overdue">Whether the deadline has passed.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ClusterWaiting(string? Machine, string For, DateTimeOffset? Deadline, bool Overdue, string Remedy);

/// <summary>A request for a file to log in with.</summary>
public sealed record ClusterAccessOrder
{
    /// <summary>The kind of file to create.</summary>
    public ClusterAccessKind Kind { get; init; }

    /// <summary>For a talosconfig: <c>admin</c>, <c>operator</c>, <c>reader</c>, <c>etcd-backup</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Lifetime, like <c>12h</c>; default one year.</summary>
    public string? Lifetime { get; init; }
}

/// <summary>Kinds of files to log in with.</summary>
public enum ClusterAccessKind
{
    Talosconfig,
    Kubeconfig,

    /// <summary><c>secrets.yaml</c> for talosctl: the cluster's keys.</summary>
    Secrets,
}

/// <summary>A file with secrets.</summary>
/// <param name="Ends">When its certificate expires; none if it has none.</param>
/// <param name="Content">The file.</param>
public sealed record ClusterAccessFile(string Content, DateTimeOffset? Ends);

/// <summary>Removes a machine from its cluster.</summary>
/// <param name="Lost">The machine is gone for good; the appliance does not contact it.</param>
public sealed record ClusterRemoval(bool Lost = false);

/// <summary>Resumes or stops an upgrade.</summary>
/// <param name="Action">What to do.</param>
public sealed record ClusterUpgradeOrder(ClusterUpgradeAction Action);

/// <summary>What to do with an upgrade.</summary>
public enum ClusterUpgradeAction
{
    Resume,
    Stop,
}

/// <summary>Rotates secrets of a running cluster.</summary>
public sealed record ClusterRenewalOrder
{
    /// <summary>The secrets to rotate, in order; both CAs if omitted.</summary>
    public IReadOnlyList<ClusterRenewalTarget>? Targets { get; init; }

    /// <summary>Only list the steps.</summary>
    public bool DryRun { get; init; }
}

public enum ClusterRenewalTarget
{
    /// <summary>The CA of the Talos API.</summary>
    Talos,

    /// <summary>The CA of Kubernetes.</summary>
    Kubernetes,

    /// <summary>The tokens with which machines join.</summary>
    Tokens,
}

/// <summary>The steps of a secret rotation.</summary>
/// <param name="Steps">The steps in order; each starts when every machine has completed the one before and is ready.</param>
public sealed record ClusterRenewal(IReadOnlyList<string> Steps);

/// <summary>A snapshot of a cluster's etcd on the appliance.</summary>
/// <param name="Id">Its name, derived from its time.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ClusterSnapshot(string Id, long Bytes);

/// <summary>Restores etcd from a snapshot; everything since is lost.</summary>
public sealed record ClusterRestoreOrder
{
    /// <summary>The snapshot's id.</summary>
    public string Snapshot { get; init; } = "";

    /// <summary>Restore even if etcd is healthy or another restore is running.</summary>
    public bool Force { get; init; }

    /// <summary>The snapshot is a copy of etcd's data file, which has no checksum at its end.</summary>
    public bool SkipHashCheck { get; init; }
}

/// <summary>The difference between a machine's running configuration and the wanted one. Secrets are hidden in both.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Differs">Whether they differ.</param>
/// <param name="Diff">The difference as <c>diff -u</c>; empty if there is none. Secrets are <c>***</c>, those that differ <c>***
/// (another)</c>.</param>
/// <param name="Restart">Whether the change needs a restart of the machine.</param>
public sealed record ConfigurationDiff(string Machine, bool Differs, string Diff, bool Restart);

/// <summary>Has another machine bootstrap the cluster's etcd.</summary>
/// <param name="InsteadOf">The machine that was chosen before and is gone for good.</param>
public sealed record ClusterBootstrapOrder(string InsteadOf);

/// <summary>A request for a machine's configuration.</summary>
/// <param name="Secrets">Whether to include its secrets.</param>
public sealed record RenderOrder(bool Secrets = false);

/// <summary>A machine's configuration as the appliance would deliver it now.</summary>
/// <param name="Content">The configuration; none if it has errors.</param>
/// <param name="Mistakes">Its errors, in sentences.</param>
/// <param name="Warnings">Settings that Talos accepts but that look unintended.</param>
public sealed record RenderedConfiguration(string? Content, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings);
