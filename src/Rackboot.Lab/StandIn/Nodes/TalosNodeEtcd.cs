using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos.Api;
using Rackboot.Talos.Api.Wire;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The calls about etcd (siderolabs/talos internal/app/machined/internal/server/v1alpha1/v1alpha1_server.go).</summary>
internal static class TalosNodeEtcd
{
    private static readonly TalosRole[] Watchers = [TalosRole.Admin, TalosRole.Operator, TalosRole.Reader, TalosRole.EtcdBackup];
    private static readonly TalosRole[] Admins = [TalosRole.Admin];

    public static IReadOnlyDictionary<string, TalosMethod> Methods { get; } = new Dictionary<string, TalosMethod>
    {
        ["/machine.MachineService/Bootstrap"] = TalosMethod.Unary(BootstrapRequest.Parser, Admins, Bootstrap),
        ["/machine.MachineService/EtcdMemberList"] = TalosMethod.Unary(EtcdMemberListRequest.Parser, Watchers, Members),
        ["/machine.MachineService/EtcdStatus"] = TalosMethod.Unary(Empty.Parser, Watchers, (node, _) => Status(node)),
        ["/machine.MachineService/EtcdRemoveMemberByID"] = TalosMethod.Unary(EtcdRemoveMemberByIDRequest.Parser, Admins, (node, request) =>
        {
            Need(node, "etcd remove member").Remove(request.MemberId);
            return TalosNodeApi.Done();
        }),
        ["/machine.MachineService/EtcdLeaveCluster"] = TalosMethod.Unary(Empty.Parser, Admins, (node, _) =>
        {
            Need(node, "etcd leave").Leave(node);
            node.HasEtcdData = false;
            return TalosNodeApi.Done();
        }),
        ["/machine.MachineService/EtcdForfeitLeadership"] = TalosMethod.Unary(
            Empty.Parser, Admins, (node, _) => new EtcdForfeitLeadershipResponse
            {
                Messages = { new EtcdForfeitLeadership { Member = Need(node, "etcd forfeit leadership").Forfeit(node) } },
            }),
        ["/machine.MachineService/EtcdSnapshot"] = TalosMethod.Stream(
            Empty.Parser, [TalosRole.Admin, TalosRole.Operator, TalosRole.EtcdBackup], (node, _) =>
                [.. Need(node, "etcd snapshot").Snapshot().Chunk(300).Select(chunk => new Data { Bytes = ByteString.CopyFrom(chunk) })]),
        ["/machine.MachineService/EtcdRecover"] = new(Admins, RecoverAsync),
    };

    private static AcknowledgementResponse Bootstrap(TalosNode node, BootstrapRequest request)
    {
        if (node.Configuration is null || node.Stage is not (MachineStage.Booting or MachineStage.Running))
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "bootstrap is not available yet");
        TalosNodeApi.NeedControlPlane(node, "bootstrap");
        if (!node.Configuration.HasEtcdAuthority)
            throw new NodeRefusal(GrpcCode.InvalidArgument, "etcd is not configured, bootstrap is not possible");
        if (!node.TimeInSync)
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "time is not in sync yet");
        if (node.HasEtcdData)
            throw new NodeRefusal(GrpcCode.AlreadyExists, "etcd data directory is not empty");
        string? content = null;
        if (request.RecoverEtcd)
        {
            content = node.RecoverySnapshot is { } snapshot ? SimulatedEtcd.Read(snapshot, request.RecoverSkipHashCheck) : null;
            if (content is null)
                throw new NodeRefusal(
                    GrpcCode.Unknown, node.RecoverySnapshot is null ? "recovery snapshot is missing"
                        : "error recovering: snapshot hash mismatch");
        }

        var etcd = node.Rack.Begin(node.Configuration.ClusterId);
        etcd.Content = content ?? etcd.Content;
        etcd.Join(node);
        node.HasEtcdData = true;
        return TalosNodeApi.Done();
    }

    private static EtcdMemberListResponse Members(TalosNode node, EtcdMemberListRequest request)
    {
        var etcd = Need(node, "member list");
        if (!request.QueryLocal)
            etcd.NeedQuorum();
        var members = new EtcdMembers();
        foreach (var member in etcd.Members)
            members.Members.Add(new EtcdMember
            {
                Id = member.Id,
                Hostname = member.Node.Hostname,
                PeerUrls = { $"https://{member.Node.Address}:2380" },
                ClientUrls = { $"https://{member.Node.Address}:2379" },
            });
        return new() { Messages = { members } };
    }

    private static EtcdStatusResponse Status(TalosNode node)
    {
        var etcd = Need(node, "etcd status");
        var status = new EtcdMemberStatus { MemberId = etcd.Of(node)!.Id, Leader = etcd.Leader, DbSize = 1024 * 1024 };
        if (etcd.Leader == 0)
            status.Errors.Add("etcdserver: no leader");
        return new() { Messages = { new EtcdStatus { MemberStatus = status } } };
    }

    private static async Task RecoverAsync(TalosCall call, TalosNode node)
    {
        using var snapshot = new MemoryStream();
        await foreach (var data in call.ReadAllAsync(Data.Parser).ConfigureAwait(false))
            snapshot.Write(data.Bytes.Span);
        node.Looked(() =>
        {
            TalosNodeApi.NeedControlPlane(node, "etcd recover");
            return node.RecoverySnapshot = snapshot.ToArray();
        });
        await call.WriteAsync(TalosNodeApi.Done()).ConfigureAwait(false);
    }

    private static SimulatedEtcd Need(TalosNode node, string api)
    {
        TalosNodeApi.NeedControlPlane(node, api);
        return node.Etcd ?? throw new NodeRefusal(GrpcCode.Unknown, "failed to create etcd client: etcd is not running on this node");
    }
}
