using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Events;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>A node's answer over the Talos API, or why there is none.</summary>
public sealed record NodeReport
{
    /// <summary>Why it could not be asked; null if it answered.</summary>
    public string? Failure { get; init; }
    public MachineStage Stage { get; init; }

    /// <summary>Why it is not ready, in Talos's words; null if it is ready or reported nothing.</summary>
    public string? Unmet { get; init; }
    public bool Ready { get; init; }
    public string? TalosVersion { get; init; }
    public IReadOnlyDictionary<KubernetesComponent, string> Kubernetes { get; init; } = new Dictionary<KubernetesComponent, string>();

    /// <summary>The releases of its ready static control-plane pods; null if not
    /// reported.</summary>
    public IReadOnlyDictionary<KubernetesComponent, string?>? Pods { get; init; }

    /// <summary>Its name in its configuration.</summary>
    public string? Hostname { get; init; }

    /// <summary>Its running configuration.</summary>
    public SecretText? Configuration { get; init; }

    /// <summary>The progress of an installation by <c>UnattendedInstallConfig</c>; null if it has none.</summary>
    public InstallProgress? Install { get; init; }

    public EtcdState Etcd { get; init; }

    /// <summary>The members of etcd as this node lists them; null if it is a worker or its etcd does not answer.</summary>
    public IReadOnlyList<EtcdMember>? EtcdMembers { get; init; }

    public static NodeReport Silent(string failure) => new() { Failure = failure };
}
