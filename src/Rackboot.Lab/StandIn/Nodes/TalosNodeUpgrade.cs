using Google.Protobuf;
using Rackboot.Talos.Api;
using Rackboot.Talos.Api.Wire;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>Pulling, installing and upgrading, in both manners (siderolabs/talos internal/app/lifecycle/lifecycle.go, and Upgrade of the
/// machine service).</summary>
internal static class TalosNodeUpgrade
{
    public static IReadOnlyDictionary<string, TalosMethod> Methods { get; } = new Dictionary<string, TalosMethod>
    {
        ["/machine.ImageService/Pull"] =
            TalosMethod.Stream(ImageServicePullRequest.Parser, [TalosRole.Admin, TalosRole.Operator], Pull),
        ["/machine.LifecycleService/Install"] = TalosMethod.Stream(LifecycleServiceRequest.Parser, [TalosRole.Admin], Install),
        ["/machine.LifecycleService/Upgrade"] = TalosMethod.Stream(LifecycleServiceRequest.Parser, [TalosRole.Admin], Upgrade),
        ["/machine.MachineService/Upgrade"] = TalosMethod.Unary(UpgradeRequest.Parser, [TalosRole.Admin], LegacyUpgrade),
    };

    private static IReadOnlyList<IMessage> Pull(TalosNode node, ImageServicePullRequest request)
    {
        if (request.Containerd?.Namespace is null or ContainerdNamespace.NsUnknown)
            throw new NodeRefusal(GrpcCode.InvalidArgument, "invalid namespace NS_UNKNOWN");
        if (!request.ImageRef.Contains('/', StringComparison.Ordinal))
            throw new NodeRefusal(GrpcCode.NotFound, $"error pulling image: {request.ImageRef}: not found");
        node.Pulled.Add(request.ImageRef);
        return
        [
            new ImageServicePullResponse { PullProgress = new() { LayerId = "sha256:1", Progress = new() { Offset = 50, Total = 100 } } },
            new ImageServicePullResponse { PullProgress = new() { LayerId = "sha256:1", Progress = new() { Offset = 100, Total = 100 } } },
            new ImageServicePullResponse { Name = request.ImageRef },
        ];
    }

    private static IReadOnlyList<IMessage> Install(TalosNode node, LifecycleServiceRequest request)
    {
        if (node.InstalledVersion is not null)
            throw new NodeRefusal(GrpcCode.AlreadyExists, "machine is already installed");
        if (request.Destination?.Disk is not { Length: > 0 } disk)
            throw new NodeRefusal(GrpcCode.InvalidArgument, "destination disk is required");
        if (!node.Disks.Contains(disk))
            throw new NodeRefusal(GrpcCode.InvalidArgument, $"invalid disk path: lstat {disk}: no such file or directory");
        return Write(node, request, "installation");
    }

    private static IReadOnlyList<IMessage> Upgrade(TalosNode node, LifecycleServiceRequest request)
    {
        if (node.InstalledVersion is null)
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "machine is not installed");
        return Write(node, request, "upgrade");
    }

    private static IReadOnlyList<IMessage> Write(TalosNode node, LifecycleServiceRequest request, string what)
    {
        if (request.Source?.ImageName is not { Length: > 0 } image)
            throw new NodeRefusal(GrpcCode.InvalidArgument, "installer image name is required");
        if (!node.Pulled.Contains(image))
            throw new NodeRefusal(GrpcCode.Internal, $"{what} failed: image \"{image}\": not found");
        node.Install(image);
        return
        [
            new LifecycleServiceResponse { Progress = new() { Message = $"running Talos installer {image}" } },
            new LifecycleServiceResponse { Progress = new() { ExitCode = 0 } },
        ];
    }

    private static UpgradeResponse LegacyUpgrade(TalosNode node, UpgradeRequest request)
    {
        if (node.InstalledVersion is null)
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "Talos is not installed");
        if (!request.Image.Contains('/', StringComparison.Ordinal))
            throw new NodeRefusal(GrpcCode.Unknown, $"error validating installer image \"{request.Image}\": not found");
        if (node.Configuration is { IsControlPlane: true } && !request.Force && !request.Preserve)
            (node.Etcd ?? throw new NodeRefusal(GrpcCode.Unknown,
                "failed to create etcd client: etcd is not running on this node")).ValidateForUpgrade();
        node.Install(request.Image);
        node.Leave(
            request.Stage ? MachineStage.Rebooting : MachineStage.Upgrading, request.Stage ? "stageUpgrade" : "upgrade", () => null,
                reboot: true);
        return new() { Messages = { new Upgrade { Ack = "Upgrade request received", ActorId = Guid.NewGuid().ToString() } } };
    }
}
