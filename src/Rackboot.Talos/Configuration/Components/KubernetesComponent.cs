namespace Rackboot.Talos.Configuration.Components;

/// <summary>The versioned components of Kubernetes, in upgrade order: the API server first on every
/// control-plane machine, kubelets last (siderolabs/talos pkg/cluster/kubernetes/upgrade.go).</summary>
public enum KubernetesComponent
{
    ApiServer,
    ControllerManager,
    Scheduler,
    Proxy,
    Kubelet,
}
