using System.Net.Http.Headers;

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

    /// <summary>Creates a talosconfig or a kubeconfig, or exports the cluster's secrets. The answer contains secrets.</summary>
    public Task<ClusterAccessFile> GetClusterAccessAsync(string name, ClusterAccessOrder order, CancellationToken cancel = default) =>
        PostAsync<ClusterAccessOrder, ClusterAccessFile>(One(ApiPaths.Clusters, name) + "/access", order, cancel);

    /// <summary>Removes a machine from its cluster.</summary>
    public Task<Cluster> RemoveFromClusterAsync(string name, string machine, ClusterRemoval removal, CancellationToken cancel = default) =>
        PostAsync<ClusterRemoval, Cluster>(
            $"{One(ApiPaths.Clusters, name)}/machines/{Uri.EscapeDataString(machine)}/removal", removal, cancel);

    /// <summary>Resumes or stops an upgrade.</summary>
    public Task<Cluster> UpgradeClusterAsync(string name, ClusterUpgradeAction action, CancellationToken cancel = default) =>
        PostAsync<ClusterUpgradeOrder, Cluster>(One(ApiPaths.Clusters, name) + "/upgrade", new ClusterUpgradeOrder(action), cancel);

    /// <summary>Has another machine bootstrap the cluster's etcd.</summary>
    public Task<Cluster> BootstrapClusterAsync(string name, string insteadOf, CancellationToken cancel = default) =>
        PostAsync<ClusterBootstrapOrder, Cluster>(
            One(ApiPaths.Clusters, name) + "/bootstrap", new ClusterBootstrapOrder(insteadOf), cancel);

    /// <summary>The configuration of a machine of a cluster.</summary>
    /// <param name="secrets">Whether to include its secrets.</param>
    public Task<RenderedConfiguration> RenderAsync(string machine, bool secrets, CancellationToken cancel = default) =>
        PostAsync<RenderOrder, RenderedConfiguration>(One(ApiPaths.Machines, machine) + "/configuration", new RenderOrder(secrets), cancel);

    /// <summary>Snapshots of a cluster's etcd, newest first.</summary>
    public Task<IReadOnlyList<ClusterSnapshot>> GetClusterSnapshotsAsync(string name, CancellationToken cancel = default) =>
        ListAsync<ClusterSnapshot>(One(ApiPaths.Clusters, name) + "/snapshots", cancel);

    /// <summary>Downloads a snapshot, which contains the cluster's secrets.</summary>
    public async Task DownloadClusterSnapshotAsync(string name, string id, Stream target, CancellationToken cancel = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{One(ApiPaths.Clusters, name)}/snapshots/{Uri.EscapeDataString(id)}");
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        await response.Content.CopyToAsync(target, cancel).ConfigureAwait(false);
    }

    /// <summary>Uploads a snapshot from elsewhere; the stream is uploaded while it is read.</summary>
    public async Task<ClusterSnapshot> AddClusterSnapshotAsync(string name, Stream snapshot, bool skipHashCheck,
        CancellationToken cancel = default)
    {
        using var body = new StreamContent(snapshot, 1 << 20);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        var path = $"{One(ApiPaths.Clusters, name)}/snapshots?skipHashCheck={(skipHashCheck ? "true" : "false")}";
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = body };
        using var response = await SendAsync(request, cancel).ConfigureAwait(false);
        return await ReadAsync<ClusterSnapshot>(response, cancel).ConfigureAwait(false);
    }

    /// <summary>Rotates secrets of a running cluster, or lists the steps.</summary>
    public Task<ClusterRenewal> RenewClusterAsync(string name, ClusterRenewalOrder order, CancellationToken cancel = default) =>
        PostAsync<ClusterRenewalOrder, ClusterRenewal>(One(ApiPaths.Clusters, name) + "/renewal", order, cancel);

    /// <summary>Restores a cluster's etcd from a snapshot.</summary>
    public Task<Cluster> RestoreClusterAsync(string name, ClusterRestoreOrder order, CancellationToken cancel = default) =>
        PostAsync<ClusterRestoreOrder, Cluster>(One(ApiPaths.Clusters, name) + "/restore", order, cancel);

    /// <summary>The difference between a machine's running configuration and the wanted one.</summary>
    public async Task<ConfigurationDiff> GetConfigurationDiffAsync(string machine, CancellationToken cancel = default) =>
        (await GetAsync<ConfigurationDiff>(One(ApiPaths.Machines, machine) + "/configuration/diff", cancel).ConfigureAwait(false)).Value;
}
