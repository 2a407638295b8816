using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>A Talos cluster: which machines it has, in which releases, and where its API is reached.</summary>
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

    /// <summary>URL of the Kubernetes API. With <c>vip</c> it may be left out.</summary>
    /// <example>"https://10.20.0.10:6443"</example>
    public string? Endpoint { get; init; }

    /// <summary>IPv4 address that the control-plane machines share.</summary>
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

    /// <summary>Machines that run nothing but workloads.</summary>
    /// <example>{"selector": {"role": "worker"}}</example>
    public ClusterMachines? Workers { get; init; }

    /// <summary>Disk that Talos is installed on. All members that are given must match.</summary>
    /// <example>{"type": "nvme", "size": "&gt;= 400GB"}</example>
    public ClusterDisk? InstallDisk { get; init; }

    /// <summary>Configuration patches for every machine, in the form of Talos.</summary>
    /// <example>[{"file": "all.yaml"}]</example>
    public IReadOnlyList<ClusterPatch>? Patches { get; init; }

    /// <summary><c>secrets.yaml</c> of talosctl, or a <c>controlplane.yaml</c>, of a cluster that exists. Without it new secrets are
    /// made. Write-only.</summary>
    /// <example>{"file": "secrets.yaml"}</example>
    public ClusterPatch? Secrets { get; init; }

    /// <summary>How often etcd is saved to the appliance.</summary>
    /// <example>{"every": "6h", "keep": 20}</example>
    public ClusterSnapshots? Snapshots { get; init; }

    /// <summary>How the cluster is upgraded.</summary>
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

    /// <summary>Image Factory schematic: its id, or <c>{ extensions: […] }</c>. Without it plain Talos.</summary>
    /// <example>{"extensions": ["siderolabs/intel-ucode"]}</example>
    public ClusterSchematic? Schematic { get; init; }
}

/// <summary>What a Talos image is built with.</summary>
[Shorthand(nameof(Id))]
public sealed record ClusterSchematic
{
    /// <summary>Image Factory id: 64 hexadecimal digits.</summary>
    /// <example>"376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"</example>
    public string? Id { get; init; }

    /// <summary>Official system extensions.</summary>
    /// <example>["siderolabs/intel-ucode"]</example>
    public IReadOnlyList<string>? Extensions { get; init; }

    /// <summary>Added to the kernel's command line.</summary>
    /// <example>["console=ttyS0"]</example>
    public IReadOnlyList<string>? KernelArguments { get; init; }
}

/// <summary>The machines of one role.</summary>
public sealed record ClusterMachines
{
    /// <summary>Labels that a machine must have to belong to it.</summary>
    /// <example>{"role": "worker"}</example>
    [Required]
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>Configuration patches for these machines, applied after those of the cluster.</summary>
    /// <example>[{"file": "worker.yaml"}]</example>
    public IReadOnlyList<ClusterPatch>? Patches { get; init; }
}

/// <summary>Text that a document takes from a file: <c>{ file: all.yaml }</c>.</summary>
public sealed record ClusterPatch
{
    /// <summary>For <c>rackboot apply</c>: a path relative to the file that names it. The CLI sends the content.</summary>
    /// <example>"all.yaml"</example>
    public string? File { get; init; }

    /// <summary>The text itself.</summary>
    /// <example>"machine: { network: { nameservers: [10.20.0.1] } }"</example>
    public string? Content { get; init; }
}

/// <summary>The disk that Talos is installed on. All that is given must fit.</summary>
public sealed record ClusterDisk
{
    /// <summary>Device path. The name may move to another disk.</summary>
    /// <example>"/dev/sda"</example>
    public string? Device { get; init; }

    /// <summary>Size, compared.</summary>
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

    /// <summary>World wide id.</summary>
    /// <example>"naa.5000c500a1b2c3d4"</example>
    public string? Wwid { get; init; }

    /// <summary>Path on the bus, with wildcards.</summary>
    /// <example>"/pci0000:00/*"</example>
    public string? BusPath { get; init; }
}

/// <summary>How often etcd is saved to the appliance.</summary>
public sealed record ClusterSnapshots
{
    /// <summary>Interval between snapshots.</summary>
    /// <example>"6h"</example>
    [Required]
    public string Every { get; init; } = "";

    /// <summary>Number of snapshots that are kept.</summary>
    /// <example>20</example>
    public long Keep { get; init; } = 20;
}

/// <summary>How a cluster is upgraded.</summary>
public sealed record ClusterUpgrade
{
    /// <summary>Workers that are upgraded at once. Control-plane machines go one by one.</summary>
    /// <example>1</example>
    public long Parallel { get; init; } = 1;

    /// <summary>How running machines take changed patches: <c>auto</c> restarts those that need it, one by one; <c>no-reboot</c> leaves
    /// those as they are; <c>staged</c> waits for the next restart of each.</summary>
    public string? Configuration { get; init; }
}

/// <summary>How a cluster is.</summary>
public sealed record ClusterStatus
{
    /// <summary>What the cluster is doing.</summary>
    public required ClusterPhase Phase { get; init; }

    /// <summary>In one sentence: what it is doing, or what it waits for.</summary>
    public required string Summary { get; init; }

    /// <summary>Its machines.</summary>
    public required IReadOnlyList<ClusterMemberStatus> Machines { get; init; }

    /// <summary>What is waited for, and what to do about it.</summary>
    public IReadOnlyList<ClusterWaiting>? Waiting { get; init; }

    /// <summary>When etcd was saved last.</summary>
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <summary>How far the renewal of its secrets is; none if none is under way.</summary>
    public string? Renewal { get; init; }

    /// <summary>What will not stop it and should be known.</summary>
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
}

/// <summary>A machine of a cluster.</summary>
public sealed record ClusterMemberStatus
{
    /// <summary>Name of the machine.</summary>
    public required string Machine { get; init; }

    /// <summary><c>control plane</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Stage that it reached on its way into the cluster.</summary>
    public required string Stage { get; init; }

    /// <summary>IPv4 address of its Talos API.</summary>
    public string? Address { get; init; }

    /// <summary>Talos release that it runs.</summary>
    public string? Talos { get; init; }

    /// <summary>Kubernetes release that its kubelet runs.</summary>
    public string? Kubernetes { get; init; }

    /// <summary>What its etcd says; none for a worker.</summary>
    public string? Etcd { get; init; }

    /// <summary>Whether Kubernetes reports the node as ready.</summary>
    public bool Ready { get; init; }

    /// <summary>What it waits for.</summary>
    public string? WaitsFor { get; init; }
}

/// <summary>Something that is waited for.</summary>
/// <param name="Deadline">When it should have come; none when a person has to act.</param>
/// <param name="Machine">Machine that it is about; none for the whole cluster.</param>
/// <param name="For">What is waited for.</param>
/// <param name="Overdue">Whether the deadline has passed.</param>
/// <param name="Remedy">What to do about it.</param>
public sealed record ClusterWaiting(string? Machine, string For, DateTimeOffset? Deadline, bool Overdue, string Remedy);

/// <summary>What is wanted to log in with.</summary>
public sealed record ClusterAccessOrder
{
    /// <summary>What to make.</summary>
    public ClusterAccessKind Kind { get; init; }

    /// <summary>Of a talosconfig: <c>admin</c>, <c>operator</c>, <c>reader</c>, <c>etcd-backup</c>.</summary>
    public string? Role { get; init; }

    /// <summary>How long it is good for, <c>12h</c>; a year if nothing is said.</summary>
    public string? Lifetime { get; init; }
}

/// <summary>What people log in with.</summary>
public enum ClusterAccessKind
{
    Talosconfig,
    Kubeconfig,

    /// <summary>talosctl's <c>secrets.yaml</c>: the keys of the cluster.</summary>
    Secrets,
}

/// <summary>A file that holds secrets.</summary>
/// <param name="Ends">When its certificate ends; none where it has none.</param>
/// <param name="Content">The file.</param>
public sealed record ClusterAccessFile(string Content, DateTimeOffset? Ends);

/// <summary>How a machine leaves its cluster.</summary>
/// <param name="Lost">It is gone for good and is not asked.</param>
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

/// <summary>Secrets of a running cluster are to be exchanged.</summary>
public sealed record ClusterRenewalOrder
{
    /// <summary>What, in this order; both CAs if nothing is said.</summary>
    public IReadOnlyList<ClusterRenewalTarget>? Targets { get; init; }

    /// <summary>Only say what would be done.</summary>
    public bool DryRun { get; init; }
}

public enum ClusterRenewalTarget
{
    /// <summary>The CA of the Talos API.</summary>
    Talos,

    /// <summary>The CA of Kubernetes.</summary>
    Kubernetes,

    /// <summary>The tokens that let machines join.</summary>
    Tokens,
}

/// <summary>What is done to exchange secrets.</summary>
/// <param name="Steps">In order; each begins when every machine runs the one before and is ready.</param>
public sealed record ClusterRenewal(IReadOnlyList<string> Steps);

/// <summary>A snapshot of a cluster's etcd on the appliance.</summary>
/// <param name="Id">Its name, made of its time.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ClusterSnapshot(string Id, long Bytes);

/// <summary>etcd is to begin anew from a snapshot; everything since is lost.</summary>
public sealed record ClusterRestoreOrder
{
    /// <summary>Its id.</summary>
    public string Snapshot { get; init; } = "";

    /// <summary>Although etcd is healthy, or another restore is under way.</summary>
    public bool Force { get; init; }

    /// <summary>It is a copy of etcd's data file, which ends without a checksum.</summary>
    public bool SkipHashCheck { get; init; }
}

/// <summary>How the configuration that a machine runs differs from the one that it should run. Neither shows its secrets.</summary>
/// <param name="Machine">Name of the machine.</param>
/// <param name="Differs">Whether they differ.</param>
/// <param name="Diff">In the form of <c>diff -u</c>; empty if they are the same. Secrets are <c>***</c>, those that differ <c>***
/// (another)</c>.</param>
/// <param name="Restart">Whether the machine would have to restart for the change.</param>
public sealed record ConfigurationDiff(string Machine, bool Differs, string Diff, bool Restart);

/// <summary>Another machine is to make the cluster's etcd.</summary>
/// <param name="InsteadOf">The machine that was told and is gone for good.</param>
public sealed record ClusterBootstrapOrder(string InsteadOf);

/// <summary>Asks for the configuration of a machine.</summary>
/// <param name="Secrets">With its secrets; else they are left out.</param>
public sealed record RenderOrder(bool Secrets = false);

/// <summary>A machine's configuration as it would be handed out now.</summary>
/// <param name="Content">None where it has mistakes.</param>
/// <param name="Mistakes">What is wrong with it, in sentences.</param>
/// <param name="Warnings">What Talos takes and may not be meant.</param>
public sealed record RenderedConfiguration(string? Content, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings);
