using System.Collections.Concurrent;
using Rackboot.Core.Events;

namespace Rackboot.Core.Clusters;

/// <summary>Reconciles every cluster: observes it, asks <see cref="ClusterPlan"/> for the next steps, and executes them. One round of a
/// cluster at a time; a cluster that hangs delays no other.</summary>
public sealed class ClusterReconciler(ClusterBook book, ClusterEye eye, ClusterActions actions, EventLog events, TimeProvider time)
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, ClusterView> _views = new();
    private readonly ConcurrentDictionary<string, string> _failures = new();
    private TaskCompletionSource _woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The last observation of a cluster; null if there is none yet.</summary>
    public ClusterView? View(string cluster) => _views.GetValueOrDefault(cluster);

    /// <summary>Something changed: observe again at once.</summary>
    public void Wake() => _woken.TrySetResult();

    public async Task RunAsync(CancellationToken cancel)
    {
        var rounds = new Dictionary<string, Task>();
        var late = new List<Task>(); // rounds that began before the last change
        while (!cancel.IsCancellationRequested)
        {
            var changed = _woken.Task.IsCompleted || late.Any(r => !r.IsCompleted);
            _woken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            late.Clear();
            foreach (var cluster in book.All)
                if (!rounds.TryGetValue(cluster.Name, out var round) || round.IsCompleted)
                    rounds[cluster.Name] = RoundAsync(cluster.Name, cancel);
                else if (changed)
                    late.Add(round);
            foreach (var gone in _views.Keys.Where(name => book.Find(name) is null))
                _views.TryRemove(gone, out _);
            await Task.WhenAny([_woken.Task, Task.Delay(Between, time, cancel), .. late]).ConfigureAwait(false);
        }

        await Task.WhenAll(rounds.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Observes a cluster and executes the next steps, once.</summary>
    public async Task RoundAsync(string name, CancellationToken cancel)
    {
        if (book.Find(name) is not { } cluster)
            return;
        try
        {
            var known = book.Memory(name);
            var seen = await eye.LookAsync(cluster, known, cancel).ConfigureAwait(false);
            var memory = await actions.LearnAsync(cluster, seen).ConfigureAwait(false);
            if (memory != known) // a machine's state depends on what was delivered to it
                seen = await eye.LookAsync(cluster, memory, cancel).ConfigureAwait(false);
            var now = time.GetUtcNow();
            var decision = ClusterPlan.Next(cluster, memory, seen, now);
            Tell(cluster, _views.GetValueOrDefault(name)?.Decision.Phase, decision);
            _views[name] = new ClusterView(seen, decision, now);
            var succeeded = true;
            foreach (var step in decision.Steps)
                succeeded &= await CarryAsync(cluster, step, seen, cancel).ConfigureAwait(false);
            if (succeeded && book.Memory(name) != memory) // it got further: the next step need not wait
                Wake();
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            TellOnce(name, "", $"checking cluster {name} failed: {e.Message}");
        }
    }

    /// <summary>Removes a machine from its cluster.</summary>
    /// <param name="lost">It is gone for good and is not contacted.</param>
    public async Task<Refusal?> RemoveAsync(Cluster cluster, string machine, bool lost, string by)
    {
        var memory = book.Memory(cluster.Name);
        var (id, member) = memory.Members.FirstOrDefault(m => m.Value.Name == machine);
        if (member is null)
            return Refusal.NotFound($"machine {machine} is not in cluster {cluster.Name}");
        if (!lost && member.Role == ClusterRole.ControlPlane && View(cluster.Name) is { } view
            && memory is { Bootstrap: not null, Restore: null }
            && memory.Members.Count > 1 && MemberRemoval.Refusal(view.Seen, machine) is { } reason)
            return Refusal.Conflict("", $"{machine} cannot leave now: {reason}");
        await book.RememberAsync(cluster.Name, m => m with
        {
            Members = m.Members.SetItem(id, member with { Removal = new RemovalMemory(by, time.GetUtcNow(), lost) }),
        }).ConfigureAwait(false);
        events.Add("cluster.machine.leaves", Level.Info, machine, null,
            $"{by} removes {machine} from cluster {cluster.Name}{(lost ? ", as lost" : " and wipes it")}");
        Wake();
        return null;
    }

    /// <summary>Resumes or stops an upgrade.</summary>
    public async Task<Refusal?> ChangeRolloutAsync(Cluster cluster, bool resume, string by)
    {
        if (book.Memory(cluster.Name).Rollout is not { } rollout)
            return Refusal.Conflict(
                "", $"no upgrade of cluster {cluster.Name} is in progress; to start one, apply the cluster with another version");
        if (resume && rollout.Stopped is null)
            return Refusal.Conflict("", $"the upgrade of cluster {cluster.Name} is in progress and was not stopped");
        var now = time.GetUtcNow();
        await book.RememberAsync(cluster.Name, m => m.Rollout is not { } r ? m : m with
        {
            Rollout = resume
                ? r with
                {
                    Stopped = null,
                    ManifestsSince = null,
                    Current = System.Collections.Immutable.ImmutableDictionary.CreateRange(
                    r.Current.Select(c => KeyValuePair.Create(c.Key, c.Value with { Told = now, Accepted = false })))
                }
                : r with { Stopped = $"{by} stopped it" },
        }).ConfigureAwait(false);
        events.Add("cluster.upgrade", Level.Info, null, null,
            $"{by} {(resume ? "resumed" : "stopped")} the upgrade of cluster {cluster.Name}");
        Wake();
        return null;
    }

    /// <summary>Revokes the order to bootstrap etcd from a machine that is gone for good and never did so.</summary>
    public async Task<Refusal?> BootstrapInsteadOfAsync(Cluster cluster, string machine, string by)
    {
        if (book.Memory(cluster.Name).Bootstrap is not { Done: false } told || told.Name != machine)
            return Refusal.Conflict(
                "", $"{machine} was not told to bootstrap etcd of cluster {cluster.Name}, or it has already done so");
        await book.RememberAsync(cluster.Name, m => m with { Bootstrap = null, Members = m.Members.Remove(told.Machine) })
            .ConfigureAwait(false);
        events.Add("cluster.bootstrap", Level.Warning, machine, null,
            $"{by} states that {machine} never bootstrapped etcd of cluster {cluster.Name}; another machine will");
        Wake();
        return null;
    }

    // False if it failed.
    private async Task<bool> CarryAsync(Cluster cluster, ClusterStep step, ClusterObservation seen, CancellationToken cancel)
    {
        try
        {
            await actions.CarryAsync(cluster, step, seen, cancel).ConfigureAwait(false);
            _failures.TryRemove($"{cluster.Name}/{step}", out _);
            return true;
        }
        catch (ClusterNodeException e)
        {
            TellOnce(cluster.Name, step.ToString(), $"cluster {cluster.Name}: {e.Message}");
            return false;
        }
    }

    // A failure is retried every round, and reported when it changes.
    private void TellOnce(string cluster, string step, string text)
    {
        if (_failures.TryGetValue($"{cluster}/{step}", out var before) && before == text)
            return;
        _failures[$"{cluster}/{step}"] = text;
        events.Add("cluster.step.failed", Level.Warning, null, null, text);
    }

    private void Tell(Cluster cluster, ClusterPhase? before, ClusterDecision decision)
    {
        if (before is { } old && old != decision.Phase)
            events.Add("cluster.phase", decision.Phase is ClusterPhase.Degraded or ClusterPhase.Stopped
                ? Level.Warning
                : Level.Info, null, null,
                $"cluster {cluster.Name} is {ClusterWords.Of(decision.Phase)}");
    }
}
