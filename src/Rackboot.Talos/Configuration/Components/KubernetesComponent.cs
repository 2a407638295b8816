namespace Rackboot.Talos.Configuration.Components;

/// <summary>The parts of Kubernetes that carry a version, in the order in which they are upgraded: the API server first on every
/// control-plane machine, kubelets last (siderolabs/talos pkg/cluster/kubernetes/upgrade.go).</summary>
public enum KubernetesComponent
{
    ApiServer,
    ControllerManager,
    Scheduler,
    Proxy,
    Kubelet,
}
