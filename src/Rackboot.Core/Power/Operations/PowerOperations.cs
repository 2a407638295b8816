using System.Collections.Concurrent;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Power.Operations;

/// <summary>The operations under way and those of the last hour. They are carried out whether or not anybody follows them.</summary>
public sealed class PowerOperations(PowerDesk desk, PowerActions actions, TimeProvider time) : IAsyncDisposable
{
    private const int MostKept = 1000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, PowerOperation> _operations = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Newest first.</summary>
    public IReadOnlyList<PowerOperation> All => [.. _operations.Values.OrderByDescending(o => o.Id, StringComparer.Ordinal)];

    public PowerOperation? Find(string id) => _operations.GetValueOrDefault(id);

    /// <summary>Begins to do <paramref name="request"/> to every machine of <paramref name="machines"/>.</summary>
    /// <param name="skip">Whether a machine that nothing says how to switch is passed over; if not, it fails.</param>
    public PowerOperation Start(PowerRequest request, IReadOnlyList<Machine> machines, bool skip)
    {
        Forget();
        var now = time.GetUtcNow();
        var operation = new PowerOperation(Guid.CreateVersion7(now).ToString("N"), request, now, machines.Select(m => m.Name));
        _operations[operation.Id] = operation;
        var running = Task.Run(() => RunAsync(operation, machines, skip));
        _running[running] = true;
        _ = running.ContinueWith(t => _running.TryRemove(t, out _), TaskScheduler.Default);
        return operation;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync(PowerOperation operation, IReadOnlyList<Machine> machines, bool skip)
    {
        await Parallel.ForEachAsync(machines, new ParallelOptions { MaxDegreeOfParallelism = desk.Settings.Parallel },
            async (machine, _) => await RunAsync(operation, machine, skip).ConfigureAwait(false))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        operation.End(time.GetUtcNow());
    }

    private async Task RunAsync(PowerOperation operation, Machine machine, bool skip)
    {
        var began = time.GetTimestamp();
        if (skip && machine.Spec?.Bmc is null)
        {
            Tell(PowerStep.Skipped, "its document has no bmc");
            return;
        }

        try
        {
            Tell(PowerStep.Running, operation.Request.Action == PowerAction.Status ? "asking its BMC" : "looking how it is");
            var result = await actions.RunAsync(machine, operation.Request, text => Tell(PowerStep.Running, text), _stop.Token)
                .ConfigureAwait(false);
            operation.Tell(new PowerProgress(machine.Name, PowerStep.Done, result.Text, result.State, time.GetElapsedTime(began)));
        }
        catch (PowerException e)
        {
            Tell(PowerStep.Failed, e.Message);
        }
        catch (OperationCanceledException)
        {
            Tell(PowerStep.Failed, "the daemon was stopped");
        }

        void Tell(PowerStep step, string text) =>
            operation.Tell(
                new PowerProgress(machine.Name, step, text, desk.Known(machine)?.State ?? PowerState.Unknown, time.GetElapsedTime(began)));
    }

    private void Forget()
    {
        var old = time.GetUtcNow() - KeptFor;
        foreach (var operation in _operations.Values.Where(o => o.Ended < old)
            .Concat(All.Where(o => o.Ended is not null).Skip(MostKept)).ToList())
            _operations.TryRemove(operation.Id, out _);
    }
}
