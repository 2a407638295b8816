using Rackboot.Core.Clusters;
using Rackboot.Talos.Configuration.Components;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>What an upgrade of Kubernetes does in Kubernetes itself.</summary>
public sealed class KubernetesUpgradeTests : IAsyncLifetime
{
    private readonly StandInCluster _cluster = new();
    private StandInKubernetes _kubernetes = null!;

    public async ValueTask InitializeAsync()
    {
        _kubernetes = await StandInKubernetes.StartAsync(() => _cluster.Book.Secrets("prod")!);
        await _cluster.BringUpAsync(Prod("v1.35.1"));
        foreach (var node in _cluster.All)
            node.RendersManifests = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _kubernetes.DisposeAsync();
        await _cluster.DisposeAsync();
    }

    // siderolabs/talos pkg/cluster/kubernetes/talos_managed.go Upgrade: the manifests come last, with those of the new release.
    [Fact]
    public async Task After_the_kubelets_what_talos_put_into_the_cluster_is_applied_in_its_order_and_in_its_name()
    {
        SayKubelets("v1.36.3");
        await _cluster.PutAsync(Prod("v1.36.3"));
        await _cluster.RunUntilAsync(IsUpgraded);
        Assert.Equal(
        [
            "/api/v1/namespaces/kube-network", "/api/v1/namespaces/kube-system/configmaps/coredns",
            "/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy",
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:coredns",
        ], _kubernetes.Applied.Select(a => Uri.UnescapeDataString(a.Path)));
        Assert.All(_kubernetes.Applied, a => Assert.Equal("?fieldManager=talos&force=true", a.Query));
        Assert.All(_kubernetes.Applied, a => Assert.Equal(
            "talos-bootstrap-manifests-inventory", (string?)a.Document["metadata"]!["annotations"]!["config.k8s.io/owning-inventory"]));
        var pods = _kubernetes.Applied.Single(a => a.Path.EndsWith("kube-proxy", StringComparison.Ordinal)).Document["spec"]!["template"]!;
        var container = pods["spec"]!["containers"]![0]!;
        Assert.Equal("registry.k8s.io/kube-proxy:v1.36.3", (string?)container["image"]);
        Assert.True((bool)container["securityContext"]!["privileged"]!);
        Assert.Equal(30, (int)pods["spec"]!["terminationGracePeriodSeconds"]!);
    }

    [Fact]
    public async Task The_upgrade_is_over_when_the_pods_are_new_and_stops_with_the_remedy_if_they_do_not_come()
    {
        SayKubelets("v1.36.3");
        _kubernetes.NewPods = 1;
        await _cluster.PutAsync(Prod("v1.36.3"));
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Stopped);
        Assert.StartsWith("CoreDNS, kube-proxy and what else Talos puts into a cluster did not come to their new releases within ",
            _cluster.Book.Memory("prod").Rollout!.Stopped, StringComparison.Ordinal);
        await _cluster.Rack.SettleAsync();
        Assert.Contains(_cluster.Rack.EventsSoFar(),
            e => e.Text == "cluster prod: DaemonSet kube-proxy is being renewed: 1 of 3 of its pods are new");
        _kubernetes.NewPods = 3;
        Assert.Null(await _cluster.Reconciler.ChangeRolloutAsync(_cluster.Book.Find("prod")!, resume: true, "tester"));
        await _cluster.RunUntilAsync(IsUpgraded);
    }

    [Fact]
    public async Task What_the_api_refuses_is_told_in_its_words()
    {
        SayKubelets("v1.36.3");
        _kubernetes.Refuses = "admission webhook denied the request";
        await _cluster.PutAsync(Prod("v1.36.3"));
        await _cluster.RunUntilAsync(() => _cluster.Rack.EventsSoFar().Any(e => e.Kind == "cluster.step.failed"
            && e.Text.EndsWith("403 admission webhook denied the request", StringComparison.Ordinal)));
        Assert.Equal(ClusterPhase.Upgrading, _cluster.Decision.Phase);
        _kubernetes.Refuses = null;
        await _cluster.RunUntilAsync(IsUpgraded);
    }

    // siderolabs/talos pkg/cluster/kubernetes/kubelet.go checkNodeKubeletVersion.
    [Fact]
    public async Task A_kubelet_has_the_release_when_kubernetes_says_so_of_its_node()
    {
        SayKubelets("v1.35.1");
        await _cluster.PutAsync(Prod("v1.36.3"));
        await _cluster.RunUntilAsync(() => _cluster.Decision.Phase == ClusterPhase.Stopped);
        Assert.StartsWith("Kubelet on cp-1 did not come up as v1.36.3", _cluster.Book.Memory("prod").Rollout!.Stopped,
            StringComparison.Ordinal);
        SayKubelets("v1.36.3");
        Assert.Null(await _cluster.Reconciler.ChangeRolloutAsync(_cluster.Book.Find("prod")!, resume: true, "tester"));
        await _cluster.RunUntilAsync(IsUpgraded);
    }

    private Cluster Prod(string version) => StandInCluster.Prod with { Endpoint = _kubernetes.Endpoint, KubernetesVersion = version };

    private bool IsUpgraded() => _cluster.IsReady && _cluster.Book.Memory("prod").Rollout is null
        && _cluster.Members.All(m => m.Kubernetes.GetValueOrDefault(KubernetesComponent.Kubelet) == "v1.36.3");

    private void SayKubelets(string version)
    {
        foreach (var name in (string[])["cp-1", "cp-2", "cp-3", "worker-1"])
            _kubernetes.Kubelets[name] = version;
    }
}
