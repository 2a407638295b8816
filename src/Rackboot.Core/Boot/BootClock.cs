using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>The time since the last progress and the last sign of current boots, by the monotonic clock: setting the wall clock does not
/// make a machine look silent. Not thread-safe.</summary>
internal sealed class BootClock(TimeProvider time)
{
    private readonly Dictionary<MachineId, Mark> _marks = [];

    // For a boot from before the daemon's start, by the wall clock: the time until that start since its last sign and since its begin.
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

    /// <summary>The boot made progress.</summary>
    /// <param name="newStage">It left a stage.</param>
    /// <returns>The longest time without progress in the stage that it left; null if it left none, or began before the daemon's
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

    /// <summary>Time since its last progress, while this daemon runs.</summary>
    public TimeSpan Quiet(MachineId machine) => time.GetElapsedTime(Of(machine).Progressed);

    /// <summary>Time since its last progress, including the time before this daemon's start.</summary>
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
