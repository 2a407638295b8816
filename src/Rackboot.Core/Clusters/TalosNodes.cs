using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Rackboot.Talos;
using Rackboot.Talos.Api;
using Rackboot.Talos.Configuration.Components;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Events;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>The nodes of clusters over the Talos API, as an administrator with a certificate valid for a day. Connections are kept and
/// reused.</summary>
public sealed class TalosNodes(ClusterBook book, TimeProvider time) : IClusterNodes, IDisposable
{
    private static readonly TimeSpan CertificateLifetime = TimeSpan.FromDays(1);
    private static readonly TimeSpan RenewAfter = TimeSpan.FromHours(12);
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan UpgradeLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan RecoverLimit = TimeSpan.FromMinutes(20);
    private static readonly TalosRelease LifecycleService = new(1, 13);
    private static readonly TalosRelease ManifestInventory = new(1, 13);
    private static readonly TalosRelease InstallByDocument = new(1, 14);

    private readonly ConcurrentDictionary<(string Cluster, IPAddress Node), Connection> _connections = new();

    private readonly ConditionalWeakTable<TalosClient, Tuple<SecretText, NodeFacts>> _facts = [];

    private sealed record Connection(TalosClient Client, ClusterSecrets Secrets, DateTimeOffset Made);

    public async Task<NodeReport> ReadAsync(Cluster cluster, IPAddress node, ClusterRole role, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(ReadLimit);
        try
        {
            return await ReadMemberAsync(Connect(cluster, node), role, limit.Token).ConfigureAwait(false);
        }
        catch (TalosApiException e) when (e.Failure == TalosFailure.Untrusted)
        {
            Drop(cluster, node);
            return await ReadMaintenanceAsync(node, e.Message, limit.Token).ConfigureAwait(false);
        }
        catch (TalosApiException e)
        {
            return NodeReport.Silent(e.Message);
        }
        catch (ClusterNodeException e)
        {
            return NodeReport.Silent(e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return NodeReport.Silent($"it did not answer within {ReadLimit.TotalSeconds:0} s");
        }
    }

    public Task ConfigureAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel) => CallAsync(async () =>
    {
        using var client = TalosClient.Connect(node.ToString(), NodeTrust.FirstUse(), time: time);
        await client.Machine.ApplyConfigurationAsync(Text(configuration), ApplyMode.Auto, cancel).ConfigureAwait(false);
    });

    public Task BootstrapAsync(Cluster cluster, IPAddress node, CancellationToken cancel) => CallAsync(async () =>
    {
        try
        {
            await Connect(cluster, node).Machine.BootstrapAsync(cancel).ConfigureAwait(false);
        }
        catch (TalosApiException e) when (e.Failure == TalosFailure.AlreadyDone)
        {
            // This node already has etcd data, from an earlier request.
        }
    });

    public Task RemoveEtcdMemberAsync(Cluster cluster, IPAddress through, ulong member, CancellationToken cancel) => CallAsync(async () =>
    {
        try
        {
            await Connect(cluster, through).Etcd.RemoveMemberAsync(member, cancel).ConfigureAwait(false);
        }
        catch (TalosApiException e) when (e.Failure == TalosFailure.NotFound)
        {
            // It has already left.
        }
    });

    public async Task DeleteNodeAsync(Cluster cluster, string machine, CancellationToken cancel)
    {
        using var api = new KubernetesApi(cluster, Secrets(cluster), time.GetUtcNow());
        await api.DeleteAsync($"/api/v1/nodes/{Uri.EscapeDataString(machine)}", cancel).ConfigureAwait(false);
    }

    public async Task<IReadOnlyDictionary<string, string>?> KubeletsAsync(Cluster cluster, CancellationToken cancel)
    {
        using var api = new KubernetesApi(cluster, Secrets(cluster), time.GetUtcNow());
        try
        {
            return KubernetesNodes.Read(await api.GetAsync("/api/v1/nodes?limit=5000", cancel).ConfigureAwait(false));
        }
        catch (ClusterNodeException)
        {
            return null;
        }
    }

    public Task SyncManifestsAsync(Cluster cluster, IPAddress node, CancellationToken cancel) => CallAsync(async () =>
    {
        var client = Connect(cluster, node);
        var manifests = (await client.State.ManifestsAsync(cancel).ConfigureAwait(false)).Select(BootstrapManifest.Read)
            .OfType<BootstrapManifest>().ToList();
        if (manifests.Count == 0)
            return;
        var version = await client.Machine.VersionAsync(cancel).ConfigureAwait(false);
        using var api = new KubernetesApi(cluster, Secrets(cluster), time.GetUtcNow());
        await new ManifestSync(api)
            .RunAsync(manifests, TalosRelease.TryParse(version.Tag, out var release) && release >= ManifestInventory, cancel)
            .ConfigureAwait(false);
    });

    public Task ResetAsync(Cluster cluster, IPAddress node, bool graceful, CancellationToken cancel) => CallAsync(() =>
        Connect(cluster, node).Machine.ResetAsync(new ResetOptions { Graceful = graceful, Reboot = true }, cancel));

    public Task UpgradeTalosAsync(Cluster cluster, IPAddress node, string image, CancellationToken cancel) => CallAsync(async () =>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(UpgradeLimit);
        var client = Connect(cluster, node);
        var version = await client.Machine.VersionAsync(limit.Token).ConfigureAwait(false);
        if (!TalosRelease.TryParse(version.Tag, out var running) || running < LifecycleService)
        {
            await client.Images.LegacyUpgradeAsync(image, limit.Token).ConfigureAwait(false);
            return;
        }

        await client.Images.UpgradeAsync(await client.Images.PullAsync(image, limit.Token).ConfigureAwait(false), limit.Token)
            .ConfigureAwait(false);
        await client.Machine.RebootAsync(limit.Token).ConfigureAwait(false);
    });

    public async Task<SecretText> ConfigurationAsync(Cluster cluster, IPAddress node, CancellationToken cancel)
    {
        SecretText? running = null;
        await CallAsync(async () => running = await Connect(cluster, node).State.MachineConfigurationAsync(cancel).ConfigureAwait(false))
            .ConfigureAwait(false);
        return running!;
    }

    public Task ReconfigureAsync(Cluster cluster, IPAddress node, Func<SecretText, SecretText> change, ApplyMode mode,
        CancellationToken cancel) =>
        CallAsync(async () =>
        {
            var client = Connect(cluster, node);
            var running = await client.State.MachineConfigurationAsync(cancel).ConfigureAwait(false);
            await client.Machine.ApplyConfigurationAsync(change(running), mode, cancel).ConfigureAwait(false);
        });

    public async Task<bool> NeedsRestartAsync(Cluster cluster, IPAddress node, Secret configuration, CancellationToken cancel)
    {
        var restart = false;
        await CallAsync(async () => restart = (await Connect(cluster, node).Machine
            .ApplyConfigurationAsync(Text(configuration), ApplyMode.Auto, cancel, dryRun: true).ConfigureAwait(false)).Restarts)
                .ConfigureAwait(false);
        return restart;
    }

    public Task EmptyEtcdAsync(Cluster cluster, IPAddress node, CancellationToken cancel) => CallAsync(() =>
        Connect(cluster, node).Machine
            .ResetAsync(new ResetOptions { Graceful = false, Reboot = true, SystemPartitions = ["EPHEMERAL"] }, cancel));

    public Task RecoverAsync(Cluster cluster, IPAddress node, string file, bool skipHashCheck, CancellationToken cancel) =>
        CallAsync(async () =>
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(RecoverLimit);
        var client = Connect(cluster, node);
        await using var snapshot = File.OpenRead(file);
        await client.Etcd.RecoverAsync(snapshot, limit.Token).ConfigureAwait(false);
        try
        {
            await client.Machine.BootstrapAsync(limit.Token, recover: true, skipHashCheck).ConfigureAwait(false);
        }
        catch (TalosApiException e) when (e.Failure == TalosFailure.AlreadyDone)
        {
            // From an earlier request, after it had erased its old etcd data.
        }
    });

    public Task SnapshotAsync(Cluster cluster, IPAddress node, string file, CancellationToken cancel) => CallAsync(async () =>
    {
        await using var target = EtcdSnapshots.Create(file);
        await Connect(cluster, node).Etcd.SnapshotAsync(target, cancel).ConfigureAwait(false);
        target.Flush(flushToDisk: true);
    });

    public void Dispose()
    {
        foreach (var connection in _connections.Values)
            connection.Client.Dispose();
        _connections.Clear();
    }

    private async Task<NodeReport> ReadMemberAsync(TalosClient client, ClusterRole role, CancellationToken cancel)
    {
        var status = await client.State.MachineStatusAsync(cancel).ConfigureAwait(false);
        var configuration = await client.State.MachineConfigurationAsync(cancel).ConfigureAwait(false);
        var facts = Facts(client, configuration);
        var report = new NodeReport
        {
            Stage = status.Stage,
            Ready = status.Ready,
            Unmet = status.Unmet.Count == 0 ? null : string.Join("; ", status.Unmet.Select(u => $"{u.Name}: {u.Reason}")),
            TalosVersion = (await client.Machine.VersionAsync(cancel).ConfigureAwait(false)).Tag,
            Hostname = facts.Hostname,
            Kubernetes = facts.Kubernetes,
            Configuration = configuration,
        };
        if (TalosRelease.TryParse(report.TalosVersion, out var release) && release >= InstallByDocument)
            report = report with { Install = await InstallAsync(client, cancel).ConfigureAwait(false) };
        return role == ClusterRole.Worker
            ? report
            : await WithEtcdAsync(client, report with { Pods = await PodsAsync(client, cancel).ConfigureAwait(false) }, cancel)
                .ConfigureAwait(false);
    }

    private static async Task<IReadOnlyDictionary<KubernetesComponent, string?>?> PodsAsync(TalosClient client, CancellationToken cancel)
    {
        try
        {
            var pods = new Dictionary<KubernetesComponent, string?>();
            foreach (var pod in await client.State.StaticPodsAsync(cancel).ConfigureAwait(false))
                if (KubernetesImages.TryOf(pod.Container, pod.Image, out var component, out var version))
                    pods[component] = pod.Ready ? version : null;
            return pods.Count == 0 ? null : pods;
        }
        catch (TalosApiException e) when (e.Failure is TalosFailure.NotFound or TalosFailure.Unsupported or TalosFailure.NotReady)
        {
            return null; // the kubelet does not report it yet
        }
    }

    // A configuration rarely changes, and parsing one takes longer than fetching it.
    private NodeFacts Facts(TalosClient client, SecretText configuration)
    {
        if (_facts.TryGetValue(client, out var known) && known.Item1.Equals(configuration))
            return known.Item2;
        var facts = NodeFacts.Read(configuration.Reveal());
        _facts.AddOrUpdate(client, new(configuration, facts));
        return facts;
    }

    private static async Task<InstallProgress?> InstallAsync(TalosClient client, CancellationToken cancel)
    {
        try
        {
            return await client.State.UnattendedInstallAsync(cancel).ConfigureAwait(false);
        }
        catch (TalosApiException e) when (e.Failure is TalosFailure.NotFound or TalosFailure.BadAnswer)
        {
            return null;
        }
    }

    private static async Task<NodeReport> WithEtcdAsync(TalosClient client, NodeReport report, CancellationToken cancel)
    {
        var service = (await client.Machine.ServicesAsync(cancel).ConfigureAwait(false)).FirstOrDefault(s => s.Id == "etcd");
        var state = service switch
        {
            null or { State: "Preparing" or "Waiting" or "Initialized" } => EtcdState.Waiting,
            { State: "Running", Healthy: true } => EtcdState.Healthy,
            { State: "Running" or "Starting", Healthy: null } => EtcdState.Starting,
            _ => EtcdState.Unhealthy,
        };
        if (state != EtcdState.Healthy)
            return report with { Etcd = state };
        try
        {
            var members = await client.Etcd.MembersAsync(cancel).ConfigureAwait(false);
            var own = await client.Etcd.StatusAsync(cancel).ConfigureAwait(false);
            return report with
            {
                Etcd = own.Errors.Count == 0 ? EtcdState.Healthy : EtcdState.Unhealthy,
                EtcdMembers = [.. members.Select(m => new EtcdMember(m.Id, m.Hostname, m.IsLearner))],
            };
        }
        catch (TalosApiException e) when (e.Failure is TalosFailure.NotReady or TalosFailure.Failed or TalosFailure.Unsupported)
        {
            return report with { Etcd = EtcdState.Unhealthy, Unmet = report.Unmet ?? e.Message };
        }
    }

    // A machine without a configuration presents a self-signed certificate. Its answer is used only to detect that it
    // waits.
    private async Task<NodeReport> ReadMaintenanceAsync(IPAddress node, string refusal, CancellationToken cancel)
    {
        try
        {
            using var client = TalosClient.Connect(node.ToString(), NodeTrust.FirstUse(), time: time);
            var status = await client.State.MachineStatusAsync(cancel).ConfigureAwait(false);
            return status.Stage == MachineStage.Maintenance
                ? new NodeReport { Stage = MachineStage.Maintenance }
                : NodeReport.Silent(refusal);
        }
        catch (Exception e) when (e is TalosApiException or OperationCanceledException)
        {
            return NodeReport.Silent(refusal);
        }
    }

    private TalosClient Connect(Cluster cluster, IPAddress node)
    {
        var secrets = Secrets(cluster);
        var now = time.GetUtcNow();
        var key = (cluster.Name, node);
        if (_connections.TryGetValue(key, out var kept) && ReferenceEquals(kept.Secrets, secrets)
            && (now - kept.Made).Duration() < RenewAfter)
            return kept.Client;
        if (!TalosCredentials.TryMint(secrets, [TalosRole.Admin], CertificateLifetime, now, out var credentials, out var error))
            throw new ClusterNodeException($"creating a certificate for cluster {cluster.Name} failed: {error}", permanent: true);
        Drop(cluster, node);
        var made = new Connection(
            TalosClient.Connect(node.ToString(), NodeTrust.Cluster(credentials!, time), time: time), secrets, now);
        return _connections.GetOrAdd(key, made).Client;
    }

    private void Drop(Cluster cluster, IPAddress node)
    {
        if (_connections.TryRemove((cluster.Name, node), out var old))
            old.Client.Dispose();
    }

    private ClusterSecrets Secrets(Cluster cluster) => book.Secrets(cluster.Name)
        ?? throw new ClusterNodeException(
            $"the secrets of cluster {cluster.Name} are missing from the store; restore a backup", permanent: true);

    private static SecretText Text(Secret configuration) => new(Encoding.UTF8.GetString(configuration.Reveal().Span));

    private static async Task CallAsync(Func<Task> call)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (TalosApiException e)
        {
            throw new ClusterNodeException(
                e.Message, e.Failure is TalosFailure.Refused or TalosFailure.PermissionDenied or TalosFailure.Unsupported, e);
        }
    }
}
