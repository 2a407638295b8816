using System.Collections.Immutable;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Clusters;

/// <summary>Operators' orders for a cluster that are not in its document.</summary>
public sealed class ClusterOrders(ClusterBook book, ClusterReconciler reconciler, EtcdSnapshots snapshots, EventLog events,
    TimeProvider time)
{
    /// <summary>Starts the rotation of a running cluster's secrets, one after the other.</summary>
    public async Task<Refusal?> RenewAsync(Cluster cluster, IReadOnlyList<RenewalTarget> targets, bool dryRun, string by)
    {
        if (SecretsRotation.Refusal(cluster, book.Memory(cluster.Name), targets) is { } reason)
            return Refusal.Conflict("", reason);
        if (dryRun)
            return null;
        var now = time.GetUtcNow();
        await book.RememberAsync(cluster.Name, m => m with { Renewal = m.Renewal ?? new RenewalMemory([.. targets], 0, by, now) })
            .ConfigureAwait(false);
        events.Add("cluster.renewal", Level.Info, null, null,
            $"{by} ordered new secrets for cluster {cluster.Name}: "
                + $"{string.Join(", ", targets.Select(t => t.ToString().ToLowerInvariant()))}");
        reconciler.Wake();
        return null;
    }

    /// <summary>Restores a cluster's etcd from a snapshot. Its present content is lost.</summary>
    /// <param name="snapshot">Its name among the cluster's snapshots.</param>
    /// <param name="force">Even if etcd is healthy, or a restore is running.</param>
    public async Task<Refusal?> RestoreAsync(Cluster cluster, string snapshot, bool skipHashCheck, bool force, string by)
    {
        if (snapshots.Find(cluster.Name, snapshot) is null)
            return Refusal.NotFound(
                $"cluster {cluster.Name} has no snapshot {snapshot}; list them: rackboot cluster snapshots {cluster.Name}");
        if (reconciler.View(cluster.Name) is not { } view)
            return Refusal.Conflict("", $"the appliance has not checked cluster {cluster.Name} yet; ask again in a few seconds");
        var memory = book.Memory(cluster.Name);
        var healthy = view.Seen.ControlPlane.Where(m => m.Etcd == EtcdState.Healthy).Select(m => m.Name).ToList();
        if (!force && memory.Restore is null && healthy.Count > 0)
            return Refusal.Conflict("",
                $"etcd of cluster {cluster.Name} is healthy on {string.Join(", ", healthy)}; a restore discards everything since "
                + $"the snapshot. To do that anyway: rackboot cluster restore {cluster.Name} --snapshot {snapshot} --force");
        if (!force && memory.Restore is { } other)
            return Refusal.Conflict("",
                $"cluster {cluster.Name} is already being restored from {other.Snapshot}; see its progress: rackboot cluster status "
                + $"{cluster.Name}; to start over: --force");
        if (memory.Members.IsEmpty)
            return Refusal.Conflict("", $"cluster {cluster.Name} has no machines yet; bring them up first, then restore");
        var now = time.GetUtcNow();
        await book.RememberAsync(cluster.Name, m => m with
        {
            Restore = new RestoreMemory(snapshot, skipHashCheck, by, now, ImmutableDictionary<MachineId, DateTimeOffset>.Empty),
            Rollout = m.Rollout is null ? null : m.Rollout with { Stopped = m.Rollout.Stopped ?? $"{by} restores etcd from a snapshot" },
        }).ConfigureAwait(false);
        events.Add("cluster.restore", Level.Warning, null, null, $"{by} restores etcd of cluster {cluster.Name} from {snapshot}"
            + (healthy.Count > 0 ? ", although it is healthy" : ""));
        reconciler.Wake();
        return null;
    }
}
