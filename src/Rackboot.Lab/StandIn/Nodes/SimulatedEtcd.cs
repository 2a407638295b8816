using System.Security.Cryptography;
using System.Text;
using Rackboot.Talos.Api;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>One etcd cluster of stand-in nodes: members, quorum, a leader, and refusals as etcd and Talos word them
/// (etcd-io/etcd api/v3rpc/rpctypes/error.go; siderolabs/talos internal/pkg/etcd). Guarded by the rack's lock.</summary>
internal sealed class SimulatedEtcd(string clusterId)
{
    private readonly List<EtcdMembership> _members = [];
    private ulong _nextId = 0xe7cd_0000_0000_0001;
    private ulong _leader;

    public string ClusterId { get; } = clusterId;

    /// <summary>What the database holds; a snapshot carries it to another cluster.</summary>
    public string Content { get; set; } = $"etcd of {clusterId}";

    public IReadOnlyList<EtcdMembership> Members => _members;

    public bool HasQuorum => _members.Count(m => m.IsUp) > _members.Count / 2;

    public ulong Leader
    {
        get
        {
            if (!HasQuorum)
                return 0;
            if (!_members.Any(m => m.Id == _leader && m.IsUp))
                _leader = _members.First(m => m.IsUp).Id;
            return _leader;
        }
    }

    public EtcdMembership? Of(TalosNode node) => _members.FirstOrDefault(m => m.Node == node && !m.Lost);

    /// <summary>A member whose data are gone stays on the list, and is down.</summary>
    public void Lose(TalosNode node)
    {
        var at = _members.FindIndex(m => m.Node == node && !m.Lost);
        _members[at] = _members[at] with { Lost = true };
    }

    public void Join(TalosNode node) => _members.Add(new(_nextId++, node));

    public void NeedQuorum()
    {
        if (!HasQuorum)
            throw new NodeRefusal(GrpcCode.Unavailable, "etcdserver: no leader");
    }

    public void Remove(ulong id)
    {
        NeedQuorum();
        if (_members.FirstOrDefault(m => m.Id == id) is not { } member)
            throw new NodeRefusal(GrpcCode.NotFound, "etcdserver: member not found");
        var left = _members.Where(m => m.Id != id).ToList();
        if (left.Count > 0 && left.Count(m => m.IsUp) <= left.Count / 2)
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "etcdserver: re-configuration failed due to not enough started members");
        _members.Remove(member);
    }

    /// <summary>The last member cannot leave; one that was removed already has left.</summary>
    public void Leave(TalosNode node)
    {
        if (_members.Count == 1)
            throw new NodeRefusal(
                GrpcCode.Unknown, "failed to leave cluster: etcdserver: re-configuration failed due to not enough started members");
        if (Of(node) is { } member)
            Remove(member.Id);
    }

    /// <summary>Returns the new leader's name; empty if the node was not the leader.</summary>
    public string Forfeit(TalosNode node)
    {
        NeedQuorum();
        if (_members.Count == 1)
            throw new NodeRefusal(GrpcCode.Unknown, "failed to forfeit leadership: cannot forfeit leadership, only one member");
        if (Of(node)?.Id != Leader)
            return "";
        if (_members.FirstOrDefault(m => m.Id != _leader && m.IsUp) is not { } next)
            throw new NodeRefusal(GrpcCode.Unknown, "failed to forfeit leadership: no other member answers");
        _leader = next.Id;
        return next.Node.Hostname;
    }

    /// <summary>siderolabs/talos internal/pkg/etcd/etcd.go, ValidateForUpgrade.</summary>
    public void ValidateForUpgrade()
    {
        const string Refused = "error validating etcd for upgrade: etcd member";
        NeedQuorum();
        if (_members.Count == 2)
            throw new NodeRefusal(GrpcCode.Unknown, $"{Refused} count(2) is insufficient to maintain quorum if upgrade commences");
        if (_members.FirstOrDefault(m => !m.IsUp) is { } down)
            throw new NodeRefusal(
                GrpcCode.Unknown, $"{Refused} {down.Id:x16} is not healthy; all members must be healthy to perform an upgrade");
    }

    /// <summary>The content and, as etcd's snapshots do, its SHA-256.</summary>
    public byte[] Snapshot()
    {
        var content = Encoding.UTF8.GetBytes(Content.PadRight(1024));
        return [.. content, .. SHA256.HashData(content)];
    }

    /// <summary>The content of a snapshot; null if it is damaged.</summary>
    public static string? Read(byte[] snapshot, bool skipHash)
    {
        if (snapshot.Length < 32)
            return null;
        var content = snapshot.AsSpan(0, snapshot.Length - 32);
        return skipHash || SHA256.HashData(content).AsSpan().SequenceEqual(snapshot.AsSpan(content.Length))
            ? Encoding.UTF8.GetString(content).TrimEnd() : null;
    }
}
