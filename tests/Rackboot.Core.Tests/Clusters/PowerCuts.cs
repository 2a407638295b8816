using System.Net;
using Rackboot.Core.Clusters;
using Rackboot.Core.Storage;
using Rackboot.Talos.Api;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Tests.Clusters;

/// <summary>The appliance's end: from then on nothing that it does reaches a node or the disk.</summary>
internal sealed class PowerCutException : Exception;

/// <summary>Counts every moment at which the appliance touches its disk or a node, before and after each, and ends it at one of
/// them.</summary>
internal sealed class PowerCuts
{
    private int _moments;
    private bool _off;

    /// <summary>The moment of the end; null for none.</summary>
    public int? At { get; set; }

    public int Moments => _moments;

    /// <summary>What was touched at each moment.</summary>
    public List<string> Names { get; } = [];

    /// <summary>The power is back; it does not fail again.</summary>
    public void Restore() => (_off, At) = (false, null);

    public void Pass(string name)
    {
        lock (Names)
        {
            if (!_off)
            {
                Names.Add(name);
                _off = _moments++ == At;
            }

            if (_off)
                throw new PowerCutException();
        }
    }

    public async Task AroundAsync(string name, Func<Task> act)
    {
        Pass($"before {name}");
        await act();
        Pass($"after {name}");
    }

    public async Task<T> AroundAsync<T>(string name, Func<Task<T>> act)
    {
        Pass($"before {name}");
        var result = await act();
        Pass($"after {name}");
        return result;
    }
}

/// <summary>A disk that is cut off with its appliance.</summary>
internal sealed class CuttableStore(IStore store, PowerCuts cuts) : IStore
{
    public IReadOnlyList<StoredDocument> Load(Table table, string prefix = "") => store.Load(table, prefix);

    public void Walk(Table table, Action<StoredDocument> take) => store.Walk(table, take);

    public StoredDocument? Find(Table table, string key) => store.Find(table, key);

    public Task CommitAsync(IReadOnlyList<Change> changes) => cuts.AroundAsync("commit", () => store.CommitAsync(changes));

    public void Post(Change change) => store.Post(change);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask; // the disk stays
}

/// <summary>Nodes that are cut off from their appliance.</summary>
internal sealed class CuttableNodes(IClusterNodes nodes, PowerCuts cuts) : IClusterNodes
{
    public Task<NodeReport> ReadAsync(Cluster cluster, IPAddress node, ClusterRole role, CancellationToken cancel)
    {
        cuts.Pass("looking");
        return nodes.ReadAsync(cluster, node, role, cancel);
    }

    public Task<SecretText> ConfigurationAsync(Cluster cluster, IPAddress node, CancellationToken cancel) =>
        nodes.ConfigurationAsync(cluster, node, cancel);

    public Task<bool> NeedsRestartAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel) =>
        nodes.NeedsRestartAsync(cluster, node, configuration, cancel);

    public Task ConfigureAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel) =>
        cuts.AroundAsync("configure", () => nodes.ConfigureAsync(cluster, node, configuration, cancel));

    public Task BootstrapAsync(Cluster cluster, IPAddress node, CancellationToken cancel) =>
        cuts.AroundAsync("bootstrap", () => nodes.BootstrapAsync(cluster, node, cancel));

    public Task RemoveEtcdMemberAsync(Cluster cluster, IPAddress through, ulong member, CancellationToken cancel) =>
        cuts.AroundAsync("remove etcd member", () => nodes.RemoveEtcdMemberAsync(cluster, through, member, cancel));

    public Task DeleteNodeAsync(Cluster cluster, string machine, CancellationToken cancel) =>
        cuts.AroundAsync("delete node", () => nodes.DeleteNodeAsync(cluster, machine, cancel));

    public Task<IReadOnlyDictionary<string, string>?> KubeletsAsync(Cluster cluster, CancellationToken cancel) =>
        nodes.KubeletsAsync(cluster, cancel);

    public Task SyncManifestsAsync(Cluster cluster, IPAddress node, CancellationToken cancel) =>
        cuts.AroundAsync("sync manifests", () => nodes.SyncManifestsAsync(cluster, node, cancel));

    public Task ResetAsync(Cluster cluster, IPAddress node, bool graceful, CancellationToken cancel) =>
        cuts.AroundAsync("reset", () => nodes.ResetAsync(cluster, node, graceful, cancel));

    public Task UpgradeTalosAsync(Cluster cluster, IPAddress node, string image, CancellationToken cancel) =>
        cuts.AroundAsync("upgrade", () => nodes.UpgradeTalosAsync(cluster, node, image, cancel));

    public Task ReconfigureAsync(
        Cluster cluster, IPAddress node, Func<SecretText, SecretText> change, ApplyMode mode, CancellationToken cancel) =>
        cuts.AroundAsync("reconfigure", () => nodes.ReconfigureAsync(cluster, node, change, mode, cancel));

    public Task EmptyEtcdAsync(Cluster cluster, IPAddress node, CancellationToken cancel) =>
        cuts.AroundAsync("empty etcd", () => nodes.EmptyEtcdAsync(cluster, node, cancel));

    public Task RecoverAsync(Cluster cluster, IPAddress node, string file, bool skipHashCheck, CancellationToken cancel) =>
        cuts.AroundAsync("recover", () => nodes.RecoverAsync(cluster, node, file, skipHashCheck, cancel));

    public Task SnapshotAsync(Cluster cluster, IPAddress node, string file, CancellationToken cancel) =>
        cuts.AroundAsync("snapshot", () => nodes.SnapshotAsync(cluster, node, file, cancel));
}
