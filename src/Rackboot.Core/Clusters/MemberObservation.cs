using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Clusters;

/// <summary>One machine of a cluster as it was last seen.</summary>
public sealed record MemberObservation
{
    public required MachineId Machine { get; init; }
    public required string Name { get; init; }
    public required ClusterRole Role { get; init; }
    public required MemberStage Stage { get; init; }

    /// <summary>When it reached this stage.</summary>
    public required DateTimeOffset Since { get; init; }
    public IPAddress? Address { get; init; }

    /// <summary>Whether it would get its configuration now.</summary>
    public bool Armed { get; init; }

    /// <summary>The Talos version that it reports: <c>v1.13.9</c>.</summary>
    public string? TalosVersion { get; init; }

    /// <summary>Its Kubernetes components and their versions.</summary>
    public IReadOnlyDictionary<KubernetesComponent, string> Kubernetes { get; init; } = new Dictionary<KubernetesComponent, string>();

    /// <summary>The releases of its ready static control-plane pods; null if not
    /// reported.</summary>
    public IReadOnlyDictionary<KubernetesComponent, string?>? Pods { get; init; }

    /// <summary>The release of its kubelet as Kubernetes knows it; null if it does not, or was not asked.</summary>
    public string? Kubelet { get; init; }
    public EtcdState Etcd { get; init; }

    /// <summary>Whether Talos reports the machine as ready, including its Kubernetes node; null if not reported.</summary>
    public bool? Ready { get; init; }

    /// <summary>How its running configuration compares with the desired one.</summary>
    public ConfigurationState Configuration { get; init; }

    /// <summary>Another cluster whose keys the machine has; null if none.</summary>
    public string? OtherCluster { get; init; }

    /// <summary>Talos reported that it is on the machine's disk.</summary>
    public bool Installed { get; init; }

    /// <summary>It booted from the network to get its configuration again, but Talos used the one on its disk.</summary>
    public bool KeptItsDisk { get; init; }

    /// <summary>What it waits for, or its failure, in its own words.</summary>
    public string? Problem { get; init; }
}
