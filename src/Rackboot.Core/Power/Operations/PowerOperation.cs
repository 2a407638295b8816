using System.Runtime.CompilerServices;

namespace Rackboot.Core.Power.Operations;

/// <summary>One request to one or many machines, while it is carried out and for a while afterwards.</summary>
public sealed class PowerOperation
{
    private readonly Lock _lock = new();
    private readonly List<PowerProgress> _told = [];
    private readonly Dictionary<string, PowerProgress> _machines;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal PowerOperation(string id, PowerRequest request, DateTimeOffset started, IEnumerable<string> machines)
    {
        (Id, Request, Started) = (id, request, started);
        _machines = machines.ToDictionary(
            m => m, m => new PowerProgress(m, PowerStep.Waiting, "is queued", PowerState.Unknown, TimeSpan.Zero));
    }

    public string Id { get; }

    public PowerRequest Request { get; }

    public DateTimeOffset Started { get; }

    /// <summary>Null while it is under way.</summary>
    public DateTimeOffset? Ended { get; private set; }

    /// <summary>Every machine as it is now, in the order of their names.</summary>
    public IReadOnlyList<PowerProgress> Machines
    {
        get
        {
            lock (_lock)
                return [.. _machines.Values.OrderBy(m => m.Machine, StringComparer.Ordinal)];
        }
    }

    /// <summary>Each step of each machine after number <paramref name="after"/>, in order, until the operation is over.</summary>
    public async IAsyncEnumerable<(int Number, PowerProgress Progress)> FollowAsync(
        int after, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var next = Math.Max(0, after); ;)
        {
            List<PowerProgress> news;
            Task changed;
            bool over;
            lock (_lock)
                (news, changed, over) =
                    (_told.GetRange(Math.Min(next, _told.Count), Math.Max(0, _told.Count - next)), _changed.Task, Ended is not null);
            foreach (var progress in news)
                yield return (++next, progress);
            if (over)
                yield break;
            await changed.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    internal void Tell(PowerProgress progress)
    {
        lock (_lock)
        {
            var before = _machines[progress.Machine];
            _machines[progress.Machine] = progress;
            // Seconds that tick by are in the state, not in the story.
            if (before.Step == progress.Step && Words(before.Text) == Words(progress.Text))
                return;
            _told.Add(progress);
        }

        Wake();
    }

    internal void End(DateTimeOffset now)
    {
        lock (_lock)
            Ended = now;
        Wake();
    }

    private static string Words(string text) => text.Split(',')[0];

    private void Wake()
    {
        TaskCompletionSource changed;
        lock (_lock)
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.TrySetResult();
    }
}
