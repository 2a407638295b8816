using System.Collections.Concurrent;
using System.Collections.Immutable;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;
using Rackboot.Talos;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Secrets;

namespace Rackboot.Core.Clusters;

/// <summary>The clusters: desired state, secrets and memory of each. Everything is on disk before it takes
/// effect.</summary>
public sealed class ClusterBook
{
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly ConcurrentDictionary<string, ClusterSecrets> _secrets = new();
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private volatile ImmutableSortedDictionary<string, Cluster> _clusters;
    private volatile ImmutableDictionary<string, ClusterMemory> _memories;

    public ClusterBook(IStore store, EventLog events, TimeProvider time)
    {
        (_store, _events, _time) = (store, events, time);
        _clusters = store.Load(Table.Clusters).Select(d => StoreJson.Read<Cluster>(d) with { Version = d.Version })
            .ToImmutableSortedDictionary(c => c.Name, c => c, StringComparer.Ordinal);
        _memories = store.Load(Table.ClusterMemories).ToImmutableDictionary(d => d.Key, d => StoreJson.Read<ClusterMemory>(d));
    }

    /// <summary>A cluster was created, changed or deleted.</summary>
    public event Action? Changed;

    /// <summary>In the order of their names.</summary>
    public IReadOnlyCollection<Cluster> All => [.. _clusters.Values];

    public Cluster? Find(string name) => _clusters.GetValueOrDefault(name);

    public ClusterMemory Memory(string name) => _memories.GetValueOrDefault(name) ?? new ClusterMemory();

    /// <summary>Another cluster than <paramref name="cluster"/> whose keys a machine has; null if none.</summary>
    public string? OtherOwner(MachineId machine, string cluster) =>
        _memories.FirstOrDefault(m => m.Key != cluster && m.Value.Members.ContainsKey(machine)).Key;

    /// <summary>The secrets of a cluster. They are read from disk once: every call to a node needs them, and checking them takes longer
    /// than the call.</summary>
    public ClusterSecrets? Secrets(string name)
    {
        if (_secrets.TryGetValue(name, out var known))
            return known;
        if (_store.Find(Table.ClusterSecrets, name) is not { } stored)
            return null;
        return SecretsFile.TryRead(StoreJson.Read<string>(stored), out var secrets, out var mistakes)
            ? _secrets.GetOrAdd(name, secrets!)
            : throw new InvalidDataException(
                $"reading the stored secrets of cluster {name} failed: {string.Join("; ", mistakes)}; restore a backup of the store");
    }

    /// <summary>Creates or replaces a cluster. Its secrets are generated, or taken from <paramref name="imported"/>.</summary>
    /// <param name="expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
    public async Task<Applied<Cluster>> PutAsync(
        Cluster cluster, ClusterSecrets? imported, long? expected, bool dryRun, string by = "the operator")
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var current = _clusters.GetValueOrDefault(cluster.Name);
            var version = current?.Version ?? 0;
            if (expected is { } e && e != version)
                return Applied<Cluster>.Refused(
                    Refusal.Changed($"cluster {cluster.Name} is at version {version}, not {e}; get it again and repeat the change"));
            var stored = current is null ? null : Secrets(cluster.Name);
            if (stored is not null && imported is not null && imported.ClusterId != stored.ClusterId
                && !Memory(cluster.Name).Members.IsEmpty)
                return Applied<Cluster>.Refused(Refusal.Conflict("/secrets",
                    "these secrets belong to another cluster, and machines still use the stored ones; remove the machines first, one by "
                        + $"one: rackboot cluster remove {cluster.Name} {Memory(cluster.Name).Members.Values.First().Name}"));
            if (current is not null && ClusterChecks.Change(current, cluster, Memory(cluster.Name)) is { } refusal)
                return Applied<Cluster>.Refused(refusal);

            var changed = cluster with { Version = version + 1, SecretsMadeHere = imported is null && (current?.SecretsMadeHere ?? true) };
            if (current is not null && imported is null && Same(current, changed))
                return new Applied<Cluster>(current, Created: false);
            if (current is not null && imported is null && Same(current.WithoutNames(), changed.WithoutNames()))
                changed = changed with { RenamedFrom = current.RenamedFrom ?? current.Version };
            if (dryRun)
                return new Applied<Cluster>(changed, Created: current is null);

            var changes = new List<Change> { Change.Replace(Table.Clusters, cluster.Name, changed, version) };
            if (imported is not null || stored is null)
                changes.Add(Change.Put(Table.ClusterSecrets, cluster.Name, SecretsFile.Write(imported ?? Generate(cluster)).Reveal()));
            await _store.CommitAsync(changes).ConfigureAwait(false);
            _secrets.TryRemove(cluster.Name, out _);
            _clusters = _clusters.SetItem(cluster.Name, changed);
            Changed?.Invoke();
            _events.Add("cluster.changed", Level.Info, null, null,
                $"cluster {cluster.Name} {(current is null ? "created" : "changed")} by {by}");
            return new Applied<Cluster>(changed, Created: current is null);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Deletes a cluster that has no machines left, and its secrets.</summary>
    public async Task<Refusal?> DeleteAsync(string name, long? expected, bool dryRun = false, string by = "the operator")
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (!_clusters.TryGetValue(name, out var cluster))
                return Refusal.NotFound($"there is no cluster {name}");
            if (expected is { } e && e != cluster.Version)
                return Refusal.Changed($"cluster {name} is at version {cluster.Version}, not {e}; get it again and repeat the change");
            if (Memory(name).Members.Values.FirstOrDefault() is { } member)
                return Refusal.Conflict("",
                    $"machine {member.Name} is in cluster {name}, and only its secrets give access to it; remove the machines first, "
                        + $"one by one: rackboot cluster remove {name} {member.Name}");
            if (dryRun)
                return null;
            await _store.CommitAsync([Change.Delete(Table.Clusters, name), Change.Delete(Table.ClusterSecrets, name),
                Change.Delete(Table.ClusterMemories, name)])
                .ConfigureAwait(false);
            _secrets.TryRemove(name, out _);
            _clusters = _clusters.Remove(name);
            _memories = _memories.Remove(name);
            Changed?.Invoke();
            _events.Add("cluster.deleted", Level.Info, null, null, $"cluster {name} deleted by {by}");
            return null;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Changes the memory of a cluster; the change is on disk when this ends.</summary>
    public async Task<ClusterMemory> RememberAsync(string name, Func<ClusterMemory, ClusterMemory> change)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var before = Memory(name);
            var after = change(before);
            if (after == before || !_clusters.ContainsKey(name))
                return before;
            await _store.CommitAsync([Change.Put(Table.ClusterMemories, name, after)]).ConfigureAwait(false);
            _memories = _memories.SetItem(name, after);
            return after;
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Takes the next step of a rotation: stores the changed secrets and the remaining steps together or not at all.</summary>
    /// <param name="after">The configurations that every machine runs; if the desired ones have changed, nothing happens.</param>
    public async Task<ClusterMemory> RenewAsync(string name, string after)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var memory = Memory(name);
            if (Find(name) is not { } cluster || memory.Renewal is not { Targets.IsEmpty: false } renewal
                || Secrets(name) is not { } secrets
                || ConfigurationRollout.Mark(cluster, memory) != after || !TalosRelease.TryParse(cluster.TalosVersion, out var contract))
                return memory;
            var (next, left) = SecretsRotation.Next(secrets, renewal, contract, _time.GetUtcNow());
            var changed = memory with { Renewal = left, SecretsVersion = memory.SecretsVersion + 1 };
            await _store.CommitAsync([Change.Put(Table.ClusterSecrets, name, SecretsFile.Write(next).Reveal()),
                Change.Put(Table.ClusterMemories, name, changed)])
                .ConfigureAwait(false);
            _secrets.TryRemove(name, out _);
            _memories = _memories.SetItem(name, changed);
            return changed;
        }
        finally
        {
            _writing.Release();
        }
    }

    private ClusterSecrets Generate(Cluster cluster) =>
        TalosRelease.TryParse(cluster.TalosVersion, out var contract)
            ? SecretsGenerator.Generate(contract, _time.GetUtcNow())
            : throw new ArgumentException($"{cluster.TalosVersion} is not a Talos release", nameof(cluster));

    private static bool Same(Cluster one, Cluster other) =>
        StoreJson.Write(one with { Version = 0, RenamedFrom = null }).AsSpan()
            .SequenceEqual(StoreJson.Write(other with { Version = 0, RenamedFrom = null }));
}
