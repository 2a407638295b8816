using System.Collections.Concurrent;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Power.Operations;

/// <summary>The operations under way and those of the last hour. They are carried out whether or not anybody follows them, and are on disk:
/// a stop of the daemon ends none of them silently (<see cref="CutOff"/>).</summary>
public sealed class PowerOperations(PowerDesk desk, PowerActions actions, IStore store, TimeProvider time) : IAsyncDisposable
{
    private const int MostKept = 1000;

    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, PowerOperation> _operations = new();
    private readonly ConcurrentDictionary<Task, bool> _running = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>One machine of an operation.</summary>
    /// <param name="Begun">An earlier run of the daemon had begun with it.</param>
    /// <param name="Away">How long ago that run ended, at most; null if there was none.</param>
    private sealed record Part(Machine Machine, bool Begun = false, TimeSpan? Away = null);

    /// <summary>An operation ended, with any result.</summary>
    public event Action<PowerOperation>? Ended;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<PowerOperation> All => [.. _operations.Values.OrderByDescending(o => o.Id, StringComparer.Ordinal)];

    public PowerOperation? Find(string id) => _operations.GetValueOrDefault(id);

    /// <summary>Starts <paramref name="request"/> on every machine of <paramref name="machines"/>.</summary>
    /// <param name="skip">Whether a machine without a BMC is skipped; if not, it fails.</param>
    public async Task<PowerOperation> StartAsync(PowerRequest request, IReadOnlyList<Machine> machines, bool skip)
    {
        Forget();
        var now = time.GetUtcNow();
        var operation = new PowerOperation(Guid.CreateVersion7(now).ToString("N"), request, now, machines.Select(m => m.Name));
        var stored = new StoredOperation(
            operation.Id, request.Action, request.Boot, request.By, request.Firmware?.Name, now, skip,
            [.. machines.Select(m => new StoredOperation.Target(m.Id, m.Name))]);
        await KeepAsync(Change.Put(Table.Operations, operation.Id, stored)).ConfigureAwait(false);
        Begin(operation, [.. machines.Select(m => new Part(m))], skip);
        return operation;
    }

    /// <summary>Resumes the operations of an earlier run of the daemon, or ends them with the reason.</summary>
    /// <param name="find">The machine of an id; null if it was deleted.</param>
    public void TakeUp(Func<MachineId, Machine?> find)
    {
        var steps = store.Load(Table.OperationSteps).ToLookup(d => d.Key.Split('/')[0], StoreJson.Read<StoredStep>);
        foreach (var stored in store.Load(Table.Operations).Select(StoreJson.Read<StoredOperation>))
            TakeUp(stored, [.. steps[stored.Id]], find);
        Forget();
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_running.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private void TakeUp(StoredOperation stored, IReadOnlyList<StoredStep> steps, Func<MachineId, Machine?> find)
    {
        var request = new PowerRequest(stored.Action, stored.Boot, stored.By)
        {
            Firmware = stored.Firmware is { } name ? new Firmware.FirmwareSource(name, null) : null,
        };
        var operation = new PowerOperation(stored.Id, request, stored.Started, stored.Machines.Select(m => m.Name));
        var last = steps.Select(s => s.Time).Append(stored.Started).Max();
        var parts = new List<Part>();
        foreach (var target in stored.Machines)
        {
            var progress = steps.FirstOrDefault(s => s.Progress.Machine == target.Name)?.Progress;
            if (progress is { IsOver: true })
                operation.Tell(progress);
            else if (find(target.Id) is { } machine)
                parts.Add(new Part(machine, progress is not null, time.GetUtcNow() - last));
            else
                operation.Tell(Bare(target.Name, PowerStep.Failed, "the machine was deleted"));
        }

        if (parts.Count > 0)
        {
            Begin(operation, parts, stored.Skip);
            return;
        }

        operation.End(last);
        _operations[operation.Id] = operation;
    }

    private void Begin(PowerOperation operation, IReadOnlyList<Part> parts, bool skip)
    {
        _operations[operation.Id] = operation;
        var running = Task.Run(() => RunAsync(operation, parts, skip));
        _running[running] = true;
        _ = running.ContinueWith(t => _running.TryRemove(t, out _), TaskScheduler.Default);
    }

    private async Task RunAsync(PowerOperation operation, IReadOnlyList<Part> parts, bool skip)
    {
        var atOnce = new ParallelOptions { MaxDegreeOfParallelism = desk.Settings.Parallel };
        await Parallel.ForEachAsync(parts, atOnce, async (part, _) => await RunAsync(operation, part, skip).ConfigureAwait(false))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        operation.End(time.GetUtcNow());
        Ended?.Invoke(operation);
    }

    private async Task RunAsync(PowerOperation operation, Part part, bool skip)
    {
        var (began, machine, request) = (time.GetTimestamp(), part.Machine, operation.Request);
        try
        {
            if (skip && machine.Spec?.Bmc is null)
            {
                End(PowerStep.Skipped, "its document has no bmc");
            }
            else if (part.Away is { } away && await ReasonAsync(part, request, away).ConfigureAwait(false) is { } reason)
            {
                actions.TellCutOff(machine, request, reason);
                End(PowerStep.Failed, reason);
            }
            else
            {
                Tell(PowerStep.Running, request.Action == PowerAction.Status ? "asking its BMC" : "reading its state");
                await KeepAsync(Step(operation, part, Bare(machine.Name, PowerStep.Running, ""))).ConfigureAwait(false);
                var result = await actions.RunAsync(machine, request, text => Tell(PowerStep.Running, text), _stop.Token)
                    .ConfigureAwait(false);
                End(PowerStep.Done, result.Text, result.State);
            }
        }
        catch (PowerException e)
        {
            End(PowerStep.Failed, e.Message);
        }
        catch (OperationCanceledException)
        {
            // Not on disk: the next run of the daemon says how it ends.
            Tell(PowerStep.Failed, "the daemon stopped; after its restart it continues, or reports why not");
        }

        void Tell(PowerStep step, string text) => operation.Tell(Progress(step, text, null));

        void End(PowerStep step, string text, PowerState? state = null)
        {
            var progress = Progress(step, text, state);
            operation.Tell(progress);
            store.Post(Step(operation, part, progress));
        }

        PowerProgress Progress(PowerStep step, string text, PowerState? state) =>
            new(machine.Name, step, text, state ?? desk.Known(machine)?.State ?? PowerState.Unknown, time.GetElapsedTime(began));
    }

    private async Task<string?> ReasonAsync(Part part, PowerRequest request, TimeSpan away)
    {
        var state = away <= CutOff.TakenUpWithin && CutOff.NeedsState(request, part.Begun)
            ? (await desk.ReadAsync(part.Machine, _stop.Token).ConfigureAwait(false)).State
            : PowerState.Unknown;
        return CutOff.Reason(request, part.Machine.Name, part.Begun, away, state);
    }

    private static PowerProgress Bare(string machine, PowerStep step, string text) =>
        new(machine, step, text, PowerState.Unknown, TimeSpan.Zero);

    private Change Step(PowerOperation operation, Part part, PowerProgress progress) =>
        Change.Put(Table.OperationSteps, $"{operation.Id}/{part.Machine.Id}", new StoredStep(time.GetUtcNow(), progress));

    // Who wants a machine off waits for no disk: without the record it is carried out all the same, and a restart forgets it.
    private async Task KeepAsync(Change change)
    {
        try
        {
            await store.CommitAsync([change]).ConfigureAwait(false);
        }
        catch (StoreException)
        {
            // The store says so itself.
        }
    }

    private void Forget()
    {
        var old = time.GetUtcNow() - KeptFor;
        var ended = All.Where(o => o.Ended is not null).ToList();
        foreach (var operation in ended.Where((o, i) => o.Ended < old || i >= MostKept))
        {
            _operations.TryRemove(operation.Id, out _);
            store.Post(Change.Delete(Table.Operations, operation.Id));
            store.Post(Change.DeletePrefix(Table.OperationSteps, operation.Id + "/"));
        }
    }
}
