using System.Formats.Tar;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Talos.Api.Wire;
using Rackboot.Talos.Events;
using Rackboot.Talos.Secrets;
using Rackboot.Tar;

namespace Rackboot.Talos.Api;

/// <summary>Calls of <c>machine.MachineService</c> about the machine itself (siderolabs/talos api/machine/machine.proto).</summary>
public sealed class MachineCalls
{
    private const string Service = "/machine.MachineService/";
    private readonly TalosClient _client;

    internal MachineCalls(TalosClient client) => _client = client;

    /// <summary>Before 1.13, maintenance mode answers <see cref="TalosFailure.Unsupported"/>.</summary>
    public async Task<NodeVersion> VersionAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                Service + "Version", TalosClient.Nothing, VersionResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        return new(node.Version_?.Tag ?? "", node.Version_?.Sha ?? "", node.Version_?.Arch ?? "", node.Platform?.Name ?? "");
    }

    /// <summary>The time of the node's clock (siderolabs/talos api/time/time.proto).</summary>
    public async Task<DateTimeOffset> TimeAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                "/time.TimeService/Time", TalosClient.Nothing, TimeResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        try
        {
            return (node.Localtime ?? new Timestamp()).ToDateTimeOffset();
        }
        catch (InvalidOperationException e)
        {
            throw _client.Bad("Time", "the node's time is invalid", e);
        }
    }

    /// <summary>Sends the node a configuration. In maintenance mode the node installs Talos or boots with it.</summary>
    /// <param name="configuration">The complete YAML; contains secrets.</param>
    /// <param name="tryFor">With <see cref="ApplyMode.Try"/>: the time after which it is reverted; default one minute.</param>
    public async Task<AppliedConfiguration> ApplyConfigurationAsync(
        SecretText configuration, ApplyMode mode, CancellationToken cancel, bool dryRun = false, TimeSpan? tryFor = null)
    {
        var request = new ApplyConfigurationRequest
        {
            Data = ByteString.CopyFromUtf8(configuration.Reveal()),
            Mode = (ApplyConfigurationRequest.Types.Mode)mode,
            DryRun = dryRun,
            TryModeTimeout = mode == ApplyMode.Try ? Duration.FromTimeSpan(tryFor ?? TimeSpan.FromMinutes(1)) : null,
        };
        try
        {
            var node = await _client.AskAsync(
                    Service + "ApplyConfiguration", request, ApplyConfigurationResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
                .ConfigureAwait(false);
            return new(
                [.. node.Warnings.Select(Shown)], Shown(node.ModeDetails), node.Mode == ApplyConfigurationRequest.Types.Mode.Reboot);
        }
        catch (TalosApiException e)
        {
            throw new TalosApiException(e.Failure, Shown(e.Message), e.Code, e.InnerException);
        }

        // The node's answer can quote the configuration.
        string Shown(string text) => SecretWords.Hide(PrintableText.Of(text, 20_000), configuration);
    }

    /// <summary>Bootstraps the cluster's etcd on this one node. <see cref="TalosFailure.NotReady"/>: try again;
    /// <see cref="TalosFailure.AlreadyDone"/>: this node already has etcd data. Bootstrapping a second node creates a second cluster: the
    /// caller must remember which node it chose.</summary>
    /// <param name="recover">Start from the snapshot uploaded by <see cref="EtcdCalls.RecoverAsync"/>.</param>
    /// <param name="skipHashCheck">For a snapshot copied from a data directory, which has no checksum.</param>
    public Task BootstrapAsync(CancellationToken cancel, bool recover = false, bool skipHashCheck = false) => _client.AcknowledgeAsync(
        Service + "Bootstrap", new BootstrapRequest { RecoverEtcd = recover, RecoverSkipHashCheck = skipHashCheck }, cancel);

    /// <summary>The admin kubeconfig from a control-plane node.</summary>
    public async Task<SecretText> KubeconfigAsync(CancellationToken cancel)
    {
        using var archive = new MemoryStream();
        var answers = _client.StreamAsync(Service + "Kubeconfig", TalosClient.Nothing, Data.Parser, cancel);
        await foreach (var data in answers.ConfigureAwait(false))
        {
            if (archive.Length + data.Bytes.Length > 4 * 1024 * 1024)
                throw _client.Bad("Kubeconfig", "longer than 4 MiB");
            archive.Write(data.Bytes.Span);
        }

        return await UnpackAsync(archive, cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<ServiceState>> ServicesAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                Service + "ServiceList", TalosClient.Nothing, ServiceListResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        return [.. node.Services.Select(s => new ServiceState(
            s.Id, s.State, s.Health is null or { Unknown: true } ? null : s.Health.Healthy, s.Health?.LastMessage ?? ""))];
    }

    public async Task<MemoryUse> MemoryAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                Service + "Memory", TalosClient.Nothing, MemoryResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        var memory = node.Meminfo ?? new();
        return new(memory.Memtotal, memory.Memfree, memory.Memavailable);
    }

    public async Task<LoadAverage> LoadAsync(CancellationToken cancel)
    {
        var node = await _client.AskAsync(
                Service + "LoadAvg", TalosClient.Nothing, LoadAvgResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
        return new(node.Load1, node.Load5, node.Load15);
    }

    /// <summary>Wipes the node and has it leave the cluster. Returns once the reset has started, before it is done.</summary>
    public Task ResetAsync(ResetOptions options, CancellationToken cancel)
    {
        var request = new ResetRequest { Graceful = options.Graceful, Reboot = options.Reboot };
        request.SystemPartitionsToWipe.AddRange(options.SystemPartitions.Select(label =>
            new ResetPartitionSpec { Label = label, Wipe = true }));
        request.UserDisksToWipe.AddRange(options.UserDisks);
        request.Mode = options.UserDisks.Count > 0 ? ResetRequest.Types.WipeMode.All : ResetRequest.Types.WipeMode.SystemDisk;
        return ActionAsync("Reset", request, cancel);
    }

    /// <param name="powerCycle">Reboot through the firmware instead of kexec.</param>
    public Task RebootAsync(CancellationToken cancel, bool powerCycle = false) => ActionAsync(
        "Reboot", new RebootRequest { Mode = powerCycle ? RebootRequest.Types.Mode.Powercycle : RebootRequest.Types.Mode.Default }, cancel);

    /// <param name="force">Skip draining.</param>
    public Task ShutdownAsync(CancellationToken cancel, bool force = false) =>
        ActionAsync("Shutdown", new ShutdownRequest { Force = force }, cancel);

    /// <summary>Boots the release from before the last upgrade.</summary>
    public Task RollbackAsync(CancellationToken cancel) => _client.AcknowledgeAsync(Service + "Rollback", TalosClient.Nothing, cancel);

    /// <summary>The kernel log, in pieces as it arrives.</summary>
    /// <param name="follow">Continue with new output.</param>
    /// <param name="tail">Omit existing output.</param>
    public async IAsyncEnumerable<string> KernelLogAsync(bool follow, bool tail, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new DmesgRequest { Follow = follow, Tail = tail };
        await foreach (var data in _client.StreamAsync(Service + "Dmesg", request, Data.Parser, cancel).ConfigureAwait(false))
            yield return Encoding.UTF8.GetString(data.Bytes.Span);
    }

    /// <summary>Events as they happen, after the latest ones.</summary>
    /// <param name="latest">The number of past events to send first; -1 for all.</param>
    public async IAsyncEnumerable<TalosEvent> EventsAsync(int latest, [EnumeratorCancellation] CancellationToken cancel)
    {
        var request = new EventsRequest { TailEvents = latest };
        await foreach (var item in _client.StreamAsync(Service + "Events", request, Wire.Event.Parser, cancel).ConfigureAwait(false))
            yield return TalosEventReader.Read(item.Id, item.ActorId, item.Data);
    }

    private async Task ActionAsync(string method, IMessage request, CancellationToken cancel)
    {
        await _client.AskAsync(Service + method, request, NodeActionResponse.Parser, r => r.Messages, m => m.Metadata, cancel)
            .ConfigureAwait(false);
    }

    private async Task<SecretText> UnpackAsync(MemoryStream archive, CancellationToken cancel)
    {
        archive.Position = 0;
        try
        {
            using var unzipped = new GZipStream(archive, CompressionMode.Decompress);
            using var tar = new TarReader(unzipped);
            while (await tar.NextAsync(cancel).ConfigureAwait(false) is { } entry)
                if (entry is { Name: "kubeconfig", DataStream: { } content, Length: <= 1024 * 1024 })
                {
                    using var reader = new StreamReader(content, Encoding.UTF8);
                    return new(await reader.ReadToEndAsync(cancel).ConfigureAwait(false));
                }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw _client.Bad("Kubeconfig", "the archive cannot be read", e);
        }

        throw _client.Bad("Kubeconfig", "the archive contains no kubeconfig");
    }
}
