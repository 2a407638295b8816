using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Api.Wire;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>What a stand-in node answers: who may ask for what, forwarding, and the calls themselves, with Talos's own refusals.</summary>
internal static class TalosNodeApi
{
    private static readonly TalosRole[] Readers = [TalosRole.Admin, TalosRole.Operator, TalosRole.Reader];
    private static readonly TalosRole[] Operators = [TalosRole.Admin, TalosRole.Operator];
    private static readonly TalosRole[] Admins = [TalosRole.Admin];

    private static readonly Dictionary<string, TalosMethod> Methods = new Dictionary<string, TalosMethod>
    {
        ["/machine.MachineService/Version"] = TalosMethod.Unary(Empty.Parser, Readers, (node, _) => Version(node)),
        ["/time.TimeService/Time"] = TalosMethod.Unary(Empty.Parser, Readers, (node, _) => Time(node)),
        ["/machine.MachineService/ApplyConfiguration"] =
            TalosMethod.Unary(ApplyConfigurationRequest.Parser, [TalosRole.Admin, TalosRole.Reader], ApplyConfiguration),
        ["/machine.MachineService/ServiceList"] = TalosMethod.Unary(Empty.Parser, Readers, (node, _) => Services(node)),
        ["/machine.MachineService/Memory"] = TalosMethod.Unary(Empty.Parser, Readers, (_, _) => new MemoryResponse
        {
            Messages = { new Memory { Meminfo = new() { Memtotal = 16_384_000, Memfree = 12_288_000, Memavailable = 14_336_000 } } },
        }),
        ["/machine.MachineService/LoadAvg"] = TalosMethod.Unary(
            Empty.Parser, Readers, (_, _) =>
                new LoadAvgResponse { Messages = { new LoadAvg { Load1 = 0.5, Load5 = 0.25, Load15 = 0.125 } } }),
        ["/machine.MachineService/Reset"] = TalosMethod.Unary(ResetRequest.Parser, Admins, Reset),
        ["/machine.MachineService/Reboot"] = TalosMethod.Unary(RebootRequest.Parser, Operators, (node, _) =>
        {
            node.Leave(MachineStage.Rebooting, "reboot", () => null, reboot: true);
            return Action();
        }),
        ["/machine.MachineService/Shutdown"] = TalosMethod.Unary(ShutdownRequest.Parser, Operators, (node, _) =>
        {
            node.Leave(MachineStage.ShuttingDown, "shutdown", () => null, reboot: false);
            return Action();
        }),
        ["/machine.MachineService/Rollback"] = TalosMethod.Unary(Empty.Parser, Admins, Rollback),
        ["/machine.MachineService/Kubeconfig"] = TalosMethod.Stream(Empty.Parser, Admins, (node, _) => Kubeconfig(node)),
        ["/machine.MachineService/Dmesg"] = TalosMethod.Stream(DmesgRequest.Parser, Readers, (node, _) =>
            [new Data { Bytes = ByteString.CopyFromUtf8($"kern: info: [talos] stand-in {node.Hostname} runs {node.Version}\n") }]),
        ["/machine.MachineService/Events"] = TalosMethod.Stream(EventsRequest.Parser, Readers, (node, request) =>
            [.. node.Events.All.TakeLast(request.TailEvents < 0 ? int.MaxValue : request.TailEvents)]),
        ["/storage.StorageService/Disks"] = TalosMethod.Unary(Empty.Parser, Readers, (node, _) => Disks(node)),
        ["/storage.StorageService/BlockDeviceWipe"] =
            TalosMethod.Unary(BlockDeviceWipeRequest.Parser, [TalosRole.Admin, TalosRole.Reader], Wipe),
    }.Concat(TalosNodeEtcd.Methods).Concat(TalosNodeUpgrade.Methods).Concat(TalosNodeState.Methods).ToDictionary();

    public static async Task AnswerAsync(TalosCall call)
    {
        var roles = call.Roles();
        var node = Target(call);
        var name = call.Method[(call.Method.LastIndexOf('/') + 1)..];
        node.Looked(() =>
        {
            node.Called.Add(name);
            node.ThrowIfToFail(name);
            return 0;
        });
        if (!Methods.TryGetValue(call.Method, out var method) || !Has(node, call.Method))
            throw new NodeRefusal(GrpcCode.Unimplemented, $"unknown method {name}");
        if (!method.Roles.Intersect(roles).Any())
            throw new NodeRefusal(GrpcCode.PermissionDenied, "not authorized");
        // A reader may do this in maintenance mode alone.
        if (name is "ApplyConfiguration" or "BlockDeviceWipe" && node.ConfigurationText is not null && !roles.Contains(TalosRole.Admin))
            throw new NodeRefusal(GrpcCode.PermissionDenied, "not authorized");
        await method.RunAsync(call, node).ConfigureAwait(false);
    }

    public static AcknowledgementResponse Done() => new() { Messages = { new Acknowledgement() } };

    public static void NeedControlPlane(TalosNode node, string api)
    {
        // siderolabs/talos internal/app/internal/machinehelper/machinehelper.go.
        if (node.Configuration is null)
            throw new NodeRefusal(GrpcCode.Unimplemented, $"machine type is not set, cannot use {api} API");
        if (!node.Configuration.IsControlPlane)
            throw new NodeRefusal(GrpcCode.Unimplemented, $"{api} is only available on control plane nodes");
    }

    public static NodeActionResponse Action() => new() { Messages = { new NodeAction { ActorId = Guid.NewGuid().ToString() } } };

    // siderolabs/talos internal/app/apid/pkg/director: only control-plane nodes forward.
    private static TalosNode Target(TalosCall call)
    {
        if (call.ForNode is not { } address || address == call.Dialled.Address.ToString())
            return call.Dialled;
        if (call.Dialled.Configuration is not { IsControlPlane: true } own)
            throw new NodeRefusal(GrpcCode.PermissionDenied, "no request forwarding");
        return call.Dialled.Rack.At(address) is { Configuration: { } other } node && other.AuthorityCertificate == own.AuthorityCertificate
            ? node
            : throw new NodeRefusal(GrpcCode.Unavailable,
                $"connection error: desc = \"transport: Error while dialing: dial tcp {address}:50000\"");
    }

    // What a release does not have, or not in maintenance mode: siderolabs/talos internal/app/maintenance at v1.12.
    private static bool Has(TalosNode node, string method)
    {
        var release = node.Release;
        if (method.StartsWith("/machine.LifecycleService/", StringComparison.Ordinal)
            || method.StartsWith("/machine.ImageService/", StringComparison.Ordinal))
            return release >= new TalosRelease(1, 13);
        if (method == "/machine.MachineService/Upgrade" && release >= new TalosRelease(1, 18))
            return false;
        return node.ConfigurationText is not null || release >= new TalosRelease(1, 13)
            || method == "/machine.MachineService/ApplyConfiguration"
            || method.StartsWith("/storage.", StringComparison.Ordinal) || method.StartsWith("/cosi.", StringComparison.Ordinal);
    }

    private static VersionResponse Version(TalosNode node) => new()
    {
        Messages = { new Talos.Api.Wire.Version
        {
            Version_ = new() { Tag = node.Version, Sha = "stand-in", Arch = "amd64" },
            Platform = new() { Name = "metal", Mode = "metal" },
        } },
    };

    private static TimeResponse Time(TalosNode node)
    {
        var now = node.Rack.Time.GetUtcNow();
        return new()
        {
            Messages = { new Time
            {
                Server = "stand-in",
                Localtime = Timestamp.FromDateTimeOffset(now + node.ClockIsOffBy),
                Remotetime = Timestamp.FromDateTimeOffset(now),
            } },
        };
    }

    // siderolabs/talos internal/app/machined/internal/server/v1alpha1/v1alpha1_server.go, ApplyConfiguration.
    private static ApplyConfigurationResponse ApplyConfiguration(TalosNode node, ApplyConfigurationRequest request)
    {
        if (!NodeConfiguration.TryRead(request.Data.ToStringUtf8(), node.Release, out var configuration, out var error))
        {
            node.Events.Refused(error);
            throw new NodeRefusal(GrpcCode.InvalidArgument, error);
        }

        var mode = request.Mode;
        if (mode == ApplyConfigurationRequest.Types.Mode.Reboot && node.Configuration is not null)
            throw new NodeRefusal(GrpcCode.Unimplemented, "the REBOOT mode is not supported, please use AUTO or NO_REBOOT modes instead");
        var staged = mode == ApplyConfigurationRequest.Types.Mode.Staged;
        var restart = !staged && node.Configuration is { } running && node.Release < new TalosRelease(1, 14)
            && running.RestartsFor(configuration);
        if (restart && mode != ApplyConfigurationRequest.Types.Mode.Auto)
            throw new NodeRefusal(GrpcCode.Unknown, "this config change can't be applied in immediate mode");
        if (restart)
            mode = ApplyConfigurationRequest.Types.Mode.Reboot;
        else if (mode == ApplyConfigurationRequest.Types.Mode.Auto)
            mode = ApplyConfigurationRequest.Types.Mode.NoReboot;
        if (!request.DryRun)
            node.Configure(configuration, staged || restart);
        if (!request.DryRun && restart)
            node.Leave(MachineStage.Rebooting, "reboot", () => null, reboot: true);
        return new()
        {
            Messages = { new ApplyConfiguration
            {
                Mode = mode,
                ModeDetails = request.DryRun ? "Dry run summary:"
                    : staged ? "Staged configuration to be applied after the next reboot"
                    : restart ? "Applied configuration with a reboot" : "Applied configuration without a reboot",
            } },
        };
    }

    private static ServiceListResponse Services(TalosNode node)
    {
        var list = new ServiceList();
        foreach (var id in (string[])["apid", "containerd", "cri", "kubelet", "machined", "trustd"])
            list.Services.Add(new ServiceInfo { Id = id, State = "Running", Health = new() { Healthy = true } });
        if (node.Configuration is { IsControlPlane: true })
            list.Services.Add(new ServiceInfo
            {
                Id = "etcd",
                State = node.Etcd is null ? "Preparing" : "Running",
                Health = node.Etcd is null ? new() { Unknown = true } : new() { Healthy = node.Etcd.HasQuorum },
            });
        return new() { Messages = { list } };
    }

    // siderolabs/talos internal/app/machined/internal/server/v1alpha1/v1alpha1_server.go, Kubeconfig: an archive with one file.
    private static IReadOnlyList<IMessage> Kubeconfig(TalosNode node)
    {
        NeedControlPlane(node, "kubeconfig");
        if (!SecretsFile.TryRead(node.Configuration!.Text, out var secrets, out _)
            || !ClientConfigs.TryMintKubeconfig(
                secrets!, "stand-in", new Uri("https://10.20.0.10:6443"), ClientConfigs.DefaultLifetime, node.Rack.Time.GetUtcNow(),
                    out var config, out _))
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "k8s API server CA config is not set");
        using var archive = new MemoryStream();
        using (var zipped = new GZipStream(archive, CompressionMode.Compress, leaveOpen: true))
        using (var tar = new TarWriter(zipped))
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(config!.Text.Reveal()));
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, "kubeconfig") { DataStream = content });
        }

        return [.. archive.ToArray().Chunk(1000).Select(chunk => new Data { Bytes = ByteString.CopyFrom(chunk) })];
    }

    private static NodeActionResponse Reset(TalosNode node, ResetRequest request)
    {
        foreach (var disk in request.UserDisksToWipe)
            if (!node.Disks.Contains(disk))
                throw new NodeRefusal(GrpcCode.Unknown, $"reset user disk failed: device {disk} wasn't found");
            else if (node.InstalledVersion is not null && disk == SystemDisk(node))
                throw new NodeRefusal(GrpcCode.Unknown, $"reset user disk failed: device {disk} is the system disk");
        if (request.Mode == ResetRequest.Types.WipeMode.SystemDisk && request.UserDisksToWipe.Count > 0)
            throw new NodeRefusal(
                GrpcCode.Unknown, "reset failed: invalid input, wipe mode SYSTEM_DISK doesn't support UserDisksToWipe parameter");
        node.Leave(MachineStage.Resetting, "reset", () => Wipe(node, request), request.Reboot);
        return Action();
    }

    private static string? Wipe(TalosNode node, ResetRequest request)
    {
        if (request.Graceful && node.Etcd is { } etcd)
            try
            {
                etcd.Leave(node);
            }
            catch (NodeRefusal refusal)
            {
                return refusal.Message;
            }

        node.Wiped.UnionWith(request.UserDisksToWipe);
        if (request.Mode == ResetRequest.Types.WipeMode.UserDisks)
            return null;
        // STATE holds the configuration, EPHEMERAL etcd's data.
        var partitions = request.SystemPartitionsToWipe.Select(p => p.Label).ToList();
        if (partitions.Count == 0)
            node.WipeSystemDisk();
        if (partitions.Count == 0 || partitions.Contains("STATE"))
            node.Forget();
        if (partitions.Count == 0 || partitions.Contains("EPHEMERAL"))
            node.ForgetEtcd();
        return null;
    }

    private static AcknowledgementResponse Rollback(TalosNode node, Empty request)
    {
        if (node.InstalledVersion is null)
            throw new NodeRefusal(GrpcCode.FailedPrecondition, "system disk not found");
        if (node.PreviousVersion is null)
            throw new NodeRefusal(GrpcCode.Unknown, "no fallback boot entry");
        node.Rollback();
        node.Leave(MachineStage.Rebooting, "reboot", () => null, reboot: true);
        return Done();
    }

    private static DisksResponse Disks(TalosNode node)
    {
        var disks = new Disks();
        foreach (var disk in node.Disks)
            disks.Disks_.Add(new Disk
            {
                DeviceName = disk,
                Size = 512_110_190_592,
                Model = "Stand-in",
                Serial = $"S{node.Disks.ToList().IndexOf(disk)}-{node.Uuid.ToString("N")[..8]}",
                Type = disk.Contains("nvme", StringComparison.Ordinal) ? Disk.Types.DiskType.Nvme : Disk.Types.DiskType.Ssd,
                SystemDisk = node.InstalledVersion is not null && disk == SystemDisk(node),
            });
        return new() { Messages = { disks } };
    }

    private static AcknowledgementResponse Wipe(TalosNode node, BlockDeviceWipeRequest request)
    {
        foreach (var device in request.Devices)
            if (!node.Disks.Contains($"/dev/{device.Device}"))
                throw new NodeRefusal(GrpcCode.NotFound, $"blockdevice \"{device.Device}\" not found");
            else if (node.InstalledVersion is not null && $"/dev/{device.Device}" == SystemDisk(node))
                throw new NodeRefusal(GrpcCode.FailedPrecondition, $"blockdevice \"{device.Device}\" is in use by volume \"STATE\"");
        node.Wiped.UnionWith(request.Devices.Select(d => $"/dev/{d.Device}"));
        return Done();
    }

    private static string SystemDisk(TalosNode node) =>
        node.Configuration?.InstallDisk is { } disk && node.Disks.Contains(disk) ? disk : node.Disks[0];
}
