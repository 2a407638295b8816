using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Google.Protobuf;
using Rackboot.Talos.Api.Wire;

namespace Rackboot.Talos.Api;

/// <summary>Calls of <c>machine.MachineService</c> about etcd. Workers answer <see cref="TalosFailure.Unsupported"/>.</summary>
public sealed class EtcdCalls
{
    private const string Service = "/machine.MachineService/Etcd";
    private readonly TalosClient _client;

    internal EtcdCalls(TalosClient client) => _client = client;

    /// <param name="queryLocal">Ask the node's own member; works without a quorum.</param>
    public async Task<IReadOnlyList<EtcdMemberState>> MembersAsync(CancellationToken cancel, bool queryLocal = false)
    {
        var request = new EtcdMemberListRequest { QueryLocal = queryLocal };
        var node = await _client.AskAsync(
                Service + "MemberList", request, EtcdMemberListResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        return [.. node.Members.Select(m => new EtcdMemberState(m.Id, m.Hostname, [.. m.PeerUrls], [.. m.ClientUrls], m.IsLearner))];
    }

    /// <summary>Removes a member whose node is gone; <see cref="TalosFailure.NotFound"/> if it is already removed. A running node leaves
    /// with <see cref="LeaveAsync"/>.</summary>
    public Task RemoveMemberAsync(ulong member, CancellationToken cancel) =>
        _client.AcknowledgeAsync(Service + "RemoveMemberByID", new EtcdRemoveMemberByIDRequest { MemberId = member }, cancel);

    /// <summary>The node leaves etcd and deletes its data.</summary>
    public Task LeaveAsync(CancellationToken cancel) => _client.AcknowledgeAsync(Service + "LeaveCluster", TalosClient.Nothing, cancel);

    /// <summary>Has the node give up etcd leadership. Returns the new leader; empty if the node was not the leader.</summary>
    public async Task<string> ForfeitLeadershipAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                Service + "ForfeitLeadership", TalosClient.Nothing, EtcdForfeitLeadershipResponse.Parser,
                r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        return node.Member;
    }

    public async Task<EtcdMemberHealth> StatusAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                Service + "Status", TalosClient.Nothing, EtcdStatusResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        var status = node.MemberStatus ?? new();
        return new(status.MemberId, status.Leader, status.DbSize, status.IsLearner, [.. status.Errors]);
    }

    /// <summary>Writes a snapshot of etcd to <paramref name="target"/> and verifies it: a snapshot ends with its SHA-256
    /// (etcd-io/etcd server/etcdserver/api/v3rpc/maintenance.go). If this throws, the written data is invalid.</summary>
    /// <returns>Its size in bytes.</returns>
    public async Task<long> SnapshotAsync(Stream target, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var held = Array.Empty<byte>(); // The last 32 bytes so far: possibly the checksum.
        var total = 0L;
        var answers = _client.StreamAsync(Service + "Snapshot", TalosClient.Nothing, Data.Parser, cancel);
        await foreach (var data in answers.ConfigureAwait(false))
        {
            total += data.Bytes.Length;
            await target.WriteAsync(data.Bytes.Memory, cancel).ConfigureAwait(false);
            byte[] all = [.. held, .. data.Bytes.Span];
            var sure = Math.Max(0, all.Length - SHA256.HashSizeInBytes);
            hash.AppendData(all, 0, sure);
            held = all[sure..];
        }

        if (held.Length < SHA256.HashSizeInBytes || !hash.GetHashAndReset().AsSpan().SequenceEqual(held))
            throw _client.Bad("EtcdSnapshot", "the snapshot is truncated or damaged: its checksum does not match");
        return total;
    }

    /// <summary>Uploads a snapshot to the node that will bootstrap etcd from it; <see cref="MachineCalls.BootstrapAsync"/> comes
    /// next.</summary>
    public Task RecoverAsync(Stream snapshot, CancellationToken cancel) => _client.Channel.UploadAsync(
        Service + "Recover", ChunksAsync(snapshot, cancel), AcknowledgementResponse.Parser,
        _client.Options with { Deadline = null }, cancel);

    private static async IAsyncEnumerable<IMessage> ChunksAsync(Stream snapshot, [EnumeratorCancellation] CancellationToken cancel)
    {
        var buffer = new byte[64 * 1024];
        while (await snapshot.ReadAsync(buffer, cancel).ConfigureAwait(false) is > 0 and var length)
            yield return new Data { Bytes = ByteString.CopyFrom(buffer, 0, length) };
    }
}
