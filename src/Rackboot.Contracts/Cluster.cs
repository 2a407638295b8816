namespace Rackboot.Contracts;

/// <summary>A Talos cluster: which machines it has, in which releases, and where its API is reached.</summary>
public sealed record Cluster : IDocument
{
    public string ApiVersion { get; init; } = Document.ApiVersion;
    public string Kind { get; init; } = "Cluster";
    public string Name { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Where the Kubernetes API is reached, <c>https://10.20.0.10:6443</c>; with <see cref="Vip"/> it may be left out.</summary>
    public string? Endpoint { get; init; }

    /// <summary>An IPv4 address that the control plane shares.</summary>
    public string? Vip { get; init; }

    public ClusterTalos? Talos { get; init; }

    /// <summary>Release of Kubernetes, <c>v1.36.3</c>.</summary>
    public string? Kubernetes { get; init; }

    /// <summary>The machines that run etcd and the Kubernetes control plane.</summary>
    public ClusterMachines? ControlPlane { get; init; }
    public ClusterMachines? Workers { get; init; }
    public ClusterDisk? InstallDisk { get; init; }

    /// <summary>Configuration patches for every machine, in Talos's own form.</summary>
    public IReadOnlyList<ClusterPatch>? Patches { get; init; }

    /// <summary>talosctl's <c>secrets.yaml</c> or a <c>controlplane.yaml</c> of a cluster that exists; without it new secrets are made.
    /// Write-only.</summary>
    public ClusterPatch? Secrets { get; init; }
    public ClusterSnapshots? Snapshots { get; init; }
    public ClusterUpgrade? Upgrade { get; init; }

    /// <summary>Observed by the appliance; ignored in what is sent to it.</summary>
    public ClusterStatus? Status { get; init; }
}

/// <summary>The Talos release of a cluster: <c>{ version: v1.13.9, schematic: { extensions: [siderolabs/intel-ucode] } }</c>.</summary>
public sealed record ClusterTalos
{
    public string Version { get; init; } = "";

    /// <summary>An Image Factory id, or <c>{ extensions: […] }</c>; without it the image has no extensions.</summary>
    public ClusterSchematic? Schematic { get; init; }
}

/// <summary>What a Talos image is built with.</summary>
[Shorthand(nameof(Id))]
public sealed record ClusterSchematic
{
    /// <summary>Image Factory's id: 64 hexadecimal digits.</summary>
    public string? Id { get; init; }

    /// <summary>Official system extensions, <c>siderolabs/intel-ucode</c>.</summary>
    public IReadOnlyList<string>? Extensions { get; init; }

    /// <summary>Added to the kernel's command line.</summary>
    public IReadOnlyList<string>? KernelArguments { get; init; }
}

/// <summary>The machines of one role.</summary>
public sealed record ClusterMachines
{
    /// <summary>Labels that a machine must have.</summary>
    public IReadOnlyDictionary<string, string>? Selector { get; init; }

    /// <summary>Configuration patches for these machines, applied after those of the cluster.</summary>
    public IReadOnlyList<ClusterPatch>? Patches { get; init; }
}

/// <summary>Text that a document takes from a file: <c>{ file: all.yaml }</c>.</summary>
public sealed record ClusterPatch
{
    /// <summary>In a file for <c>rackboot apply</c>: a path relative to that file. The CLI sends its content.</summary>
    public string? File { get; init; }
    public string? Content { get; init; }
}

/// <summary>The disk that Talos is installed on. All that is given must fit.</summary>
public sealed record ClusterDisk
{
    /// <summary>A device path, <c>/dev/sda</c>; the name may move to another disk.</summary>
    public string? Device { get; init; }

    /// <summary>A comparison, <c>&gt;= 400GB</c>.</summary>
    public string? Size { get; init; }

    /// <summary><c>ssd</c>, <c>hdd</c>, <c>nvme</c> or <c>sd</c>.</summary>
    public string? Type { get; init; }
    public string? Model { get; init; }
    public string? Serial { get; init; }
    public string? Wwid { get; init; }
    public string? BusPath { get; init; }
}

/// <summary>How often etcd is saved to the appliance.</summary>
public sealed record ClusterSnapshots
{
    /// <summary><c>6h</c>.</summary>
    public string Every { get; init; } = "";

    /// <summary>How many are kept.</summary>
    public long Keep { get; init; } = 20;
}

public sealed record ClusterUpgrade
{
    /// <summary>Workers that are upgraded at once. Control-plane machines go one by one.</summary>
    public long Parallel { get; init; } = 1;
}

/// <summary>How a cluster is.</summary>
public sealed record ClusterStatus
{
    public required ClusterPhase Phase { get; init; }

    /// <summary>In one sentence: what it is doing, or what it waits for.</summary>
    public required string Summary { get; init; }
    public required IReadOnlyList<ClusterMemberStatus> Machines { get; init; }

    /// <summary>What is waited for, and what to do about it.</summary>
    public IReadOnlyList<ClusterWaiting>? Waiting { get; init; }

    /// <summary>When etcd was saved last.</summary>
    public DateTimeOffset? LastSnapshot { get; init; }

    /// <summary>What will not stop it and should be known.</summary>
    public IReadOnlyList<string>? Warnings { get; init; }
}

public enum ClusterPhase
{
    BringingUp,
    Bootstrapping,
    Joining,
    Ready,
    Degraded,
    Upgrading,
    Stopped,
}

/// <summary>A machine of a cluster.</summary>
public sealed record ClusterMemberStatus
{
    public required string Machine { get; init; }

    /// <summary><c>control plane</c> or <c>worker</c>.</summary>
    public required string Role { get; init; }
    public required string Stage { get; init; }
    public string? Address { get; init; }
    public string? Talos { get; init; }
    public string? Kubernetes { get; init; }

    /// <summary>What its etcd says; none for a worker.</summary>
    public string? Etcd { get; init; }
    public bool Ready { get; init; }

    /// <summary>What it waits for.</summary>
    public string? WaitsFor { get; init; }
}

/// <summary>Something that is waited for.</summary>
/// <param name="Deadline">When it should have come; none when a person has to act.</param>
public sealed record ClusterWaiting(string? Machine, string For, DateTimeOffset? Deadline, bool Overdue, string Remedy);

/// <summary>What is wanted to log in with.</summary>
public sealed record ClusterAccessOrder
{
    public ClusterAccessKind Kind { get; init; }

    /// <summary>Of a talosconfig: <c>admin</c>, <c>operator</c>, <c>reader</c>, <c>etcd-backup</c>.</summary>
    public string? Role { get; init; }

    /// <summary>How long it is good for, <c>12h</c>; a year if nothing is said.</summary>
    public string? Lifetime { get; init; }
}

public enum ClusterAccessKind
{
    Talosconfig,
    Kubeconfig,

    /// <summary>talosctl's <c>secrets.yaml</c>: the keys of the cluster.</summary>
    Secrets,
}

/// <summary>A file that holds secrets.</summary>
/// <param name="Ends">When its certificate ends; none where it has none.</param>
public sealed record ClusterAccessFile(string Content, DateTimeOffset? Ends);

/// <summary>How a machine leaves its cluster.</summary>
/// <param name="Lost">It is gone for good and is not asked.</param>
public sealed record ClusterRemoval(bool Lost = false);

public sealed record ClusterUpgradeOrder(ClusterUpgradeAction Action);

public enum ClusterUpgradeAction
{
    Resume,
    Stop,
}

/// <summary>Another machine is to make the cluster's etcd.</summary>
/// <param name="InsteadOf">The machine that was told and is gone for good.</param>
public sealed record ClusterBootstrapOrder(string InsteadOf);

/// <param name="Secrets">With its secrets; else they are left out.</param>
public sealed record RenderOrder(bool Secrets = false);

/// <summary>A machine's configuration as it would be handed out now.</summary>
/// <param name="Content">None where it has mistakes.</param>
public sealed record RenderedConfiguration(string? Content, IReadOnlyList<string> Mistakes, IReadOnlyList<string> Warnings);
