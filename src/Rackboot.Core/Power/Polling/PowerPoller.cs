using Rackboot.Core.Machines;

namespace Rackboot.Core.Power.Polling;

/// <summary>Asks the BMC of every machine something once an interval: the power state, or the sensors. The questions are spread evenly over
/// it: with a thousand machines and 30 s one begins every 30 ms, and never a thousand at once.</summary>
/// <param name="interval">How often each is asked; it may change while this runs.</param>
/// <param name="poll">The question, which does not fail: a failure is noted where it belongs.</param>
public sealed class PowerPoller(
    PowerDesk desk, Func<PowerSettings, TimeSpan> interval, Func<Machine, CancellationToken, Task> poll, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    public async Task RunAsync(CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var last = TimeSpan.Zero;
        var running = new HashSet<Task>();
        var busy = new HashSet<MachineId>();
        using var timer = new PeriodicTimer(Tick, time);
        try
        {
            while (await timer.WaitForNextTickAsync(cancel).ConfigureAwait(false))
            {
                var now = time.GetElapsedTime(began);
                running.RemoveWhere(t => t.IsCompleted);
                var machines = desk.Machines;
                var every = interval(desk.Settings);
                if (now.Ticks / every.Ticks != last.Ticks / every.Ticks)
                    desk.Prune();
                foreach (var i in Due(machines.Count, every, last, now))
                    if (running.Count < desk.Settings.Parallel && Begin(busy, machines[i].Id))
                        running.Add(PollAsync(machines[i], busy, cancel));
                last = now;
            }
        }
        catch (OperationCanceledException)
        {
            // The service ends.
        }

        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Which of <paramref name="count"/> machines, each with its own moment in every interval, have theirs after
    /// <paramref name="from"/> and not after <paramref name="to"/>; each at most once.</summary>
    public static IEnumerable<int> Due(int count, TimeSpan interval, TimeSpan from, TimeSpan to)
    {
        if (to - from > interval)
            from = to - interval;
        for (var i = 0; i < count; i++)
        {
            var moment = interval.Ticks * i / count;
            // The last time at or before "to" that this moment came round.
            var came = to.Ticks - (((to.Ticks - moment) % interval.Ticks) + interval.Ticks) % interval.Ticks;
            if (came > from.Ticks || (from == TimeSpan.Zero && came == 0))
                yield return i;
        }
    }

    private async Task PollAsync(Machine machine, HashSet<MachineId> busy, CancellationToken cancel)
    {
        try
        {
            await Task.Run(() => poll(machine, cancel), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            lock (busy)
                busy.Remove(machine.Id);
        }
    }

    private static bool Begin(HashSet<MachineId> busy, MachineId machine)
    {
        lock (busy)
            return busy.Add(machine);
    }
}
