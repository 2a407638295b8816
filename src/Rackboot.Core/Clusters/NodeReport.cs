using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Events;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>What a node answered over the Talos API, or why it did not.</summary>
public sealed record NodeReport
{
    /// <summary>Why it could not be asked; null if it answered.</summary>
    public string? Failure { get; init; }
    public MachineStage Stage { get; init; }

    /// <summary>What keeps it from being ready, in Talos's words; null if nothing does, or it did not say.</summary>
    public string? Unmet { get; init; }
    public bool Ready { get; init; }
    public string? TalosVersion { get; init; }
    public IReadOnlyDictionary<KubernetesComponent, string> Kubernetes { get; init; } = new Dictionary<KubernetesComponent, string>();

    /// <summary>The releases of its control plane that run in static pods, none where such a pod is not ready; null if it did not
    /// say.</summary>
    public IReadOnlyDictionary<KubernetesComponent, string?>? Pods { get; init; }

    /// <summary>What its configuration calls it.</summary>
    public string? Hostname { get; init; }

    /// <summary>What it runs.</summary>
    public SecretText? Configuration { get; init; }

    /// <summary>How far an installation by <c>UnattendedInstallConfig</c> is; null if it has none.</summary>
    public InstallProgress? Install { get; init; }

    public EtcdState Etcd { get; init; }

    /// <summary>The members of etcd as this node lists them; null if it is a worker or its etcd does not answer.</summary>
    public IReadOnlyList<EtcdMember>? EtcdMembers { get; init; }

    public static NodeReport Silent(string failure) => new() { Failure = failure };
}
