using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Traces;

/// <summary>Sends each boot that ends to the collector, once. Boots never wait for it: a collector that does not answer is told once, asked
/// again every half minute, and gets what is still in the queue.</summary>
internal sealed class BootTraces(BootLog boots, Inventory inventory, EventLog events, TimeProvider time, string version) : IDisposable
{
    private const int MostWaiting = 2000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AtTheEnd = TimeSpan.FromSeconds(3);

    // What comes right after the end belongs to the trace. One that stopped may go on.
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AfterStop = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();

    // The boot of each machine that is over, and since when; null once it was queued.
    private Dictionary<MachineId, (string Boot, long? Since)> _over = [];
    private TraceSender? _sender;
    private TelemetrySettings? _sends;
    private long? _failed;

    public TraceQueue Queue { get; } = new(MostWaiting, time);

    /// <summary>Traces that the collector took.</summary>
    public long Sent { get; private set; }

    /// <summary>What the configuration wants now; null: no traces, and no cost. Boots that are over when traces begin are left
    /// out.</summary>
    public TelemetrySettings? Settings
    {
        get;
        set
        {
            boots.Ended -= End;
            if (field is null && value is not null)
                LeaveOutEarlier();
            field = value;
            if (value is not null)
                boots.Ended += End;
        }
    }

    /// <summary>Why traces are not taken; null if they are.</summary>
    public string? Problem { get; private set; }

    public async Task RunAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                Look();
                await Task.Run(() => Send(Afterwards, () => cancel.IsCancellationRequested), CancellationToken.None)
                    .ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            Look(atEnd: true);
            var began = time.GetTimestamp();
            await Task.Run(() => Send(TimeSpan.Zero, () => Problem is not null || time.GetElapsedTime(began) > AtTheEnd),
                CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Looks which boots are over.</summary>
    internal void Look(bool atEnd = false)
    {
        if (Settings is null)
            return;

        // Before the lock is taken: the log's lock is held when it says that a boot ended.
        var current = inventory.Fleet.Machines.Select(m => boots.Current(m.Id)).OfType<BootRecord>().ToList();
        lock (_lock)
        {
            var over = new Dictionary<MachineId, (string, long?)>();
            foreach (var boot in current)
            {
                var known = _over.TryGetValue(boot.Machine, out var earlier) && earlier.Boot == boot.Id ? earlier : default;
                if (known.Boot is not null && known.Since is null)
                    over[boot.Machine] = known; // sent already, even if it goes on
                else if (boot.IsOver || boot.Outcome == BootOutcome.Stalled)
                    over[boot.Machine] = (boot.Id, Settle(boot, known.Since ?? time.GetTimestamp(), atEnd));
            }

            _over = over;
        }
    }

    /// <summary>Sends what waited long enough.</summary>
    /// <param name="stop">Whether to leave the rest.</param>
    internal void Send(TimeSpan waited, Func<bool> stop)
    {
        Follow();
        if (_sender is null || _failed is { } failed && time.GetElapsedTime(failed) < TryAgainAfter)
            return;
        while (!stop() && Queue.Oldest(waited) is { } boot)
        {
            var now = boots.Find(boot.Id) ?? boot;
            var taken = _sender.Send(boot.Id, BootSpans.Of(now, inventory.Fleet[boot.Machine], boots.Timeline(boot.Id)));
            Judge(taken);
            if (taken || _sender.Refused)
                Queue.Remove(boot, sent: taken);
            else
                return;
        }
    }

    public void Dispose()
    {
        boots.Ended -= End;
        _sender?.Dispose();
    }

    private void LeaveOutEarlier()
    {
        foreach (var boot in inventory.Fleet.Machines.Select(m => boots.Current(m.Id)).OfType<BootRecord>().Where(b => b.IsOver))
            _over[boot.Machine] = (boot.Id, null);
    }

    private long? Settle(BootRecord boot, long since, bool atEnd)
    {
        if (boot.Outcome is not (BootOutcome.Succeeded or BootOutcome.Disk) && !atEnd && time.GetElapsedTime(since) < AfterStop)
            return since;
        Queue.Add(boot);
        return null;
    }

    // Another boot followed it, or its machine was deleted. The log's lock is held: only remember it.
    private void End(BootRecord boot)
    {
        lock (_lock)
            if (!_over.TryGetValue(boot.Machine, out var known) || known.Boot != boot.Id || known.Since is not null)
                Queue.Add(boot);
    }

    private void Follow()
    {
        if (Settings == _sends)
            return;
        _sender?.Dispose();
        (_sends, Problem, _failed) = (Settings, null, null);
        _sender = _sends is null ? null : new TraceSender(_sends, version);
    }

    private void Judge(bool taken)
    {
        if (taken)
        {
            Sent++;
            if (Problem is not null)
                events.Add("telemetry.sends", Level.Info, null, null, $"{_sends!.Endpoint} takes traces of boots again");
            (Problem, _failed) = (null, null);
            return;
        }

        var problem = $"traces of boots are not taken: {_sends!.Endpoint}: {_sender!.Reason}";
        if (Problem is null)
            events.Add("telemetry.failed", Level.Warning, null, null, $"{problem}; boots do not need it");
        Problem = $"{problem}; check telemetry.otlp in rackboot.yaml and that collector. Up to {MostWaiting} boots wait for it";
        _failed = time.GetTimestamp();
    }
}
