using System.Net;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Generation;

namespace Rackboot.Core.Clusters;

/// <summary>The desired state of a Talos cluster.</summary>
public sealed record Cluster
{
    public const string Label = "cluster";

    public required string Name { get; init; }

    /// <summary>Grows with every change by the operator.</summary>
    public long Version { get; init; }

    /// <summary>An earlier version that differs from this one only in the names of its patches; null if there is none.</summary>
    public long? RenamedFrom { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>URL of the Kubernetes API: <c>https://10.20.0.10:6443</c>.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>The address of <see cref="Endpoint"/> when the control plane shares it.</summary>
    public IPAddress? Vip { get; init; }

    /// <summary><c>v1.13.9</c>.</summary>
    public required string TalosVersion { get; init; }

    /// <summary>Image Factory schematic; null: the one without extensions.</summary>
    public string? Schematic { get; init; }

    /// <summary><c>v1.36.3</c>.</summary>
    public required string KubernetesVersion { get; init; }
    public ClusterPool ControlPlane { get; init; } = ClusterPool.Empty;
    public ClusterPool Workers { get; init; } = ClusterPool.Empty;
    public InstallDisk? InstallDisk { get; init; }

    /// <summary>Configuration patches for every machine, applied before those of its role.</summary>
    public IReadOnlyList<NamedPatch> Patches { get; init; } = [];
    public SnapshotRule? Snapshots { get; init; }

    /// <summary>Workers that are upgraded at once; control-plane machines always go one by one.</summary>
    public int UpgradeParallel { get; init; } = 1;

    /// <summary>How running machines apply a changed configuration: <see cref="ApplyMode.Auto"/> restarts those that need it,
    /// <see cref="ApplyMode.NoReboot"/> leaves them to the operator, <see cref="ApplyMode.Staged"/> waits for the next restart of
    /// each.</summary>
    public ApplyMode Changes { get; init; } = ApplyMode.Auto;

    /// <summary>How long a machine with a changed configuration is watched at least before the next one gets its own: errors appear when
    /// its services restart.</summary>
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether this appliance created the cluster's secrets. Imported ones may belong to an existing
    /// cluster.</summary>
    public bool SecretsMadeHere { get; init; } = true;

    /// <summary>The cluster with patches that have no names: what its machines notice.</summary>
    public Cluster WithoutNames() => this with
    {
        Patches = Unnamed(Patches),
        ControlPlane = ControlPlane with { Patches = Unnamed(ControlPlane.Patches) },
        Workers = Workers with { Patches = Unnamed(Workers.Patches) },
    };

    private static List<NamedPatch> Unnamed(IReadOnlyList<NamedPatch> patches) => [.. patches.Select(p => p with { Name = null })];
}
