using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>How long it is since the boots under way came further and were heard of, by the monotonic clock: a wall clock that somebody
/// sets makes no
/// machine silent. Not for use by several threads at once.</summary>
internal sealed class BootClock(TimeProvider time)
{
    private readonly Dictionary<MachineId, Mark> _marks = [];

    // What had passed when the daemon started, by the wall clock, for a boot that began before: since it was heard of, and since it began.
    private readonly record struct Mark(long Began, long Progressed, long Heard, TimeSpan LongestGap, TimeSpan Before,
        TimeSpan BeforeBegan);

    public void Begin(MachineId machine) => _marks[machine] = New();

    /// <summary>A boot from before the daemon's start.</summary>
    public void Resume(BootRecord boot)
    {
        var now = time.GetUtcNow();
        _marks[boot.Machine] = New() with { Before = Past(now - boot.Updated), BeforeBegan = Past(now - boot.Started) };
    }

    public void Hear(MachineId machine) => _marks[machine] = Of(machine) with { Heard = time.GetTimestamp() };

    /// <summary>The boot came further.</summary>
    /// <param name="newStage">It left a stage.</param>
    /// <returns>The longest time without progress in the stage that it left; null if it left none, or was there before the daemon's
    /// start.</returns>
    public TimeSpan? Progress(MachineId machine, bool newStage)
    {
        var mark = Of(machine);
        var gap = time.GetElapsedTime(mark.Progressed);
        var longest = gap > mark.LongestGap ? gap : mark.LongestGap;
        var now = time.GetTimestamp();
        _marks[machine] = mark with { Progressed = now, Heard = now, LongestGap = newStage ? TimeSpan.Zero : longest,
            Before = TimeSpan.Zero };
        return newStage && mark.Before == TimeSpan.Zero ? longest : null;
    }

    public void Forget(MachineId machine) => _marks.Remove(machine);

    /// <summary>Since it came further, while this daemon runs.</summary>
    public TimeSpan Quiet(MachineId machine) => time.GetElapsedTime(Of(machine).Progressed);

    /// <summary>Since it came further, with the time before this daemon's start.</summary>
    public TimeSpan Since(MachineId machine) => Quiet(machine) + Of(machine).Before;

    public TimeSpan Silent(MachineId machine) => time.GetElapsedTime(Of(machine).Heard);

    /// <summary>Since it began.</summary>
    public TimeSpan Age(MachineId machine) => time.GetElapsedTime(Of(machine).Began) + Of(machine).BeforeBegan;

    private Mark Of(MachineId machine)
    {
        if (!_marks.TryGetValue(machine, out var mark))
            _marks[machine] = mark = New();
        return mark;
    }

    private static TimeSpan Past(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;

    private Mark New()
    {
        var now = time.GetTimestamp();
        return new Mark(now, now, now, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero);
    }
}
