using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The control plane of Kubernetes, which a Talos node runs as static pods.</summary>
internal static class StaticPods
{
    private static readonly Dictionary<KubernetesComponent, string> Names = new()
    {
        [KubernetesComponent.ApiServer] = "kube-apiserver",
        [KubernetesComponent.ControllerManager] = "kube-controller-manager",
        [KubernetesComponent.Scheduler] = "kube-scheduler",
    };

    /// <summary>The containers of a machine configuration, with the release of each.</summary>
    public static IEnumerable<(string Component, string Version)> Of(string configuration) =>
        NodeFacts.Read(configuration).Kubernetes.Where(k => Names.ContainsKey(k.Key)).Select(k => (Names[k.Key], k.Value));
}
