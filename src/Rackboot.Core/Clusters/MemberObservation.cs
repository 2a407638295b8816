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

    /// <summary>Since when it is at this stage.</summary>
    public required DateTimeOffset Since { get; init; }
    public IPAddress? Address { get; init; }

    /// <summary>Whether its configuration would be handed out now.</summary>
    public bool Armed { get; init; }

    /// <summary>What Talos says it is: <c>v1.13.9</c>.</summary>
    public string? TalosVersion { get; init; }

    /// <summary>What runs there of Kubernetes, and in which version.</summary>
    public IReadOnlyDictionary<KubernetesComponent, string> Kubernetes { get; init; } = new Dictionary<KubernetesComponent, string>();

    /// <summary>The releases of its control plane that run in static pods, none where such a pod is not ready; null if it did not
    /// say.</summary>
    public IReadOnlyDictionary<KubernetesComponent, string?>? Pods { get; init; }

    /// <summary>The release of its kubelet as Kubernetes knows it; null if it does not, or was not asked.</summary>
    public string? Kubelet { get; init; }
    public EtcdState Etcd { get; init; }

    /// <summary>Whether Talos calls the machine ready, its Kubernetes node included; null if it did not say.</summary>
    public bool? Ready { get; init; }

    /// <summary>How the configuration that it runs compares with the one that it should run.</summary>
    public ConfigurationState Configuration { get; init; }

    /// <summary>Another cluster whose keys the machine has; null if none.</summary>
    public string? OtherCluster { get; init; }

    /// <summary>Talos said that it is on the machine's disk.</summary>
    public bool Installed { get; init; }

    /// <summary>It was started from the network to take its configuration anew, and Talos took the one on its disk.</summary>
    public bool KeptItsDisk { get; init; }

    /// <summary>What it waits for or failed at, in its own words.</summary>
    public string? Problem { get; init; }
}
