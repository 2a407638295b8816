namespace Rackboot.Contracts;

// Talos clusters.
public sealed partial class RackbootClient
{
    public Task<IReadOnlyList<Cluster>> GetClustersAsync(CancellationToken cancel = default) =>
        ListAsync<Cluster>(ApiPaths.Clusters, cancel);

    public Task<Versioned<Cluster>> GetClusterAsync(string name, CancellationToken cancel = default) =>
        GetAsync<Cluster>(One(ApiPaths.Clusters, name), cancel);

    public Task DeleteClusterAsync(string name, bool dryRun = false, CancellationToken cancel = default) =>
        DeleteAsync(One(ApiPaths.Clusters, name) + (dryRun ? "?dryRun=true" : ""), cancel);

    /// <summary>Mints a talosconfig or a kubeconfig, or exports the cluster's secrets. The answer holds secrets.</summary>
    public Task<ClusterAccessFile> GetClusterAccessAsync(string name, ClusterAccessOrder order, CancellationToken cancel = default) =>
        PostAsync<ClusterAccessOrder, ClusterAccessFile>(One(ApiPaths.Clusters, name) + "/access", order, cancel);

    /// <summary>Has a machine leave its cluster.</summary>
    public Task<Cluster> RemoveFromClusterAsync(string name, string machine, ClusterRemoval removal, CancellationToken cancel = default) =>
        PostAsync<ClusterRemoval, Cluster>(
            $"{One(ApiPaths.Clusters, name)}/machines/{Uri.EscapeDataString(machine)}/removal", removal, cancel);

    /// <summary>Lets an upgrade go on that stopped, or stops it.</summary>
    public Task<Cluster> UpgradeClusterAsync(string name, ClusterUpgradeAction action, CancellationToken cancel = default) =>
        PostAsync<ClusterUpgradeOrder, Cluster>(One(ApiPaths.Clusters, name) + "/upgrade", new ClusterUpgradeOrder(action), cancel);

    /// <summary>Has another machine make the cluster's etcd.</summary>
    public Task<Cluster> BootstrapClusterAsync(string name, string insteadOf, CancellationToken cancel = default) =>
        PostAsync<ClusterBootstrapOrder, Cluster>(
            One(ApiPaths.Clusters, name) + "/bootstrap", new ClusterBootstrapOrder(insteadOf), cancel);

    /// <summary>The configuration that a machine of a cluster gets.</summary>
    /// <param name="secrets">With its secrets; else they are left out.</param>
    public Task<RenderedConfiguration> RenderAsync(string machine, bool secrets, CancellationToken cancel = default) =>
        PostAsync<RenderOrder, RenderedConfiguration>(One(ApiPaths.Machines, machine) + "/configuration", new RenderOrder(secrets), cancel);
}
