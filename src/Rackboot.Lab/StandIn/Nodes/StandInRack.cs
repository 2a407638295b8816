using System.Net;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>Stand-in nodes that know of each other: their etcd clusters, trustd, and who forwards calls to whom.</summary>
/// <param name="time">The clock that nodes take their steps by.</param>
public sealed class StandInRack(TimeProvider time) : IAsyncDisposable
{
    private readonly List<TalosNode> _nodes = [];
    private readonly List<SimulatedEtcd> _etcds = [];

    /// <summary>How long a node takes for each step of installing, rebooting and so on. Zero: it is done when next looked at.</summary>
    public TimeSpan StepTakes { get; set; }

    public IReadOnlyList<TalosNode> Nodes
    {
        get
        {
            lock (Gate)
                return [.. _nodes];
        }
    }

    /// <summary>What the etcd of a cluster's id holds; null while no member of one lives.</summary>
    public string? EtcdContentOf(string clusterId)
    {
        lock (Gate)
            return _etcds.LastOrDefault(e => e.ClusterId == clusterId && e.Members.Any(m => !m.Lost))?.Content;
    }

    /// <summary>Something is written into the etcd of a cluster's id.</summary>
    public void WriteEtcd(string clusterId, string content)
    {
        lock (Gate)
            _etcds.Last(e => e.ClusterId == clusterId && e.Members.Any(m => !m.Lost)).Content = content;
    }

    /// <summary>How many etcd clusters were begun for a cluster's id: more than one is the disaster that bootstrapping twice
    /// brings.</summary>
    public int EtcdClustersOf(string clusterId)
    {
        lock (Gate)
            return _etcds.Count(e => e.ClusterId == clusterId && e.Members.Any(m => !m.Lost));
    }

    internal Lock Gate { get; } = new();

    internal TimeProvider Time { get; } = time;

    internal IReadOnlyList<SimulatedEtcd> Etcds => _etcds;

    /// <summary>Adds a node and powers it on: without a configuration it comes up in maintenance mode.</summary>
    public async Task<TalosNode> AddAsync(TalosNodeOptions options, CancellationToken cancel = default)
    {
        var node = new TalosNode(this, options);
        lock (Gate)
            _nodes.Add(node);
        await node.StartAsync(cancel).ConfigureAwait(false);
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes)
            await node.DisposeAsync().ConfigureAwait(false);
    }

    internal SimulatedEtcd Begin(string clusterId)
    {
        var etcd = new SimulatedEtcd(clusterId);
        _etcds.Add(etcd);
        return etcd;
    }

    internal TalosNode? At(string address)
    {
        lock (Gate)
            return IPAddress.TryParse(address, out var ip)
                ? _nodes.FirstOrDefault(n => n.Address.Equals(ip) && n.IsUp)
                : _nodes.FirstOrDefault(n => n.Hostname == address && n.IsUp);
    }

    /// <summary>The control-plane node whose trustd signs a worker's certificate, or null: none is up, or the worker's token is
    /// another's.</summary>
    internal TalosNode? Trustd(NodeConfiguration worker) => _nodes.FirstOrDefault(
        n => n is { IsUp: true, Configuration: { IsControlPlane: true } c } && c.ClusterId == worker.ClusterId && c.Token == worker.Token
            && worker.Accepted.Append(worker.AuthorityCertificate).Contains(c.AuthorityCertificate));
}
