using System.Collections.Concurrent;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Power.Reports;

namespace Rackboot.Core.Power.Polling;

/// <summary>Reads the machines' sensors periodically, and reports when one becomes worse or recovers.</summary>
public sealed class SensorWatch(PowerDesk desk, EventLog events)
{
    private const int MostNamed = 8;

    private readonly ConcurrentDictionary<MachineId, IReadOnlyList<BmcSensor>> _sensors = new();

    /// <summary>The machine's sensors as they last read; none if they never did.</summary>
    public IReadOnlyList<BmcSensor> Of(MachineId machine) => _sensors.GetValueOrDefault(machine) ?? [];

    /// <summary>Reads the machine's sensors, unless attempts are paused or its BMC is in use.</summary>
    public async Task PollAsync(Machine machine, CancellationToken cancel)
    {
        if (await desk.PollReportAsync(machine, (bmc, stop) => bmc.SensorsAsync(stop), cancel).ConfigureAwait(false) is not { } now)
            return;
        var before = Of(machine.Id);
        _sensors[machine.Id] = now;
        Tell(machine, before, now);
    }

    /// <summary>Drops deleted machines.</summary>
    public void Forget(MachineId machine) => _sensors.TryRemove(machine, out _);

    private void Tell(Machine machine, IReadOnlyList<BmcSensor> before, IReadOnlyList<BmcSensor> now)
    {
        var were = before.GroupBy(s => s.Name).ToDictionary(g => g.Key, g => g.Max(s => s.Health));
        var worse = now.Where(s => s.Health > were.GetValueOrDefault(s.Name)).ToList();
        if (worse.Count > 0)
            events.Add("sensor.worse", worse.Any(s => s.Health == BmcSeverity.Critical) ? Level.Error : Level.Warning, machine.Name, null,
                Named(worse));
        var well = now.Where(s => s.Health == BmcSeverity.Ok && were.GetValueOrDefault(s.Name) != BmcSeverity.Ok).ToList();
        if (well.Count > 0)
            events.Add("sensor.well", Level.Info, machine.Name, null, Named(well));
    }

    private static string Named(List<BmcSensor> sensors) =>
        string.Join("; ", sensors.Take(MostNamed).Select(Shown))
            + (sensors.Count > MostNamed ? $"; and {sensors.Count - MostNamed} more" : "");

    private static string Shown(BmcSensor sensor) =>
        $"{sensor.Name} is "
            + $"{EnumWord.Of(sensor.Health)}{(sensor.Value is { } value
                ? $" at {value:0.##} {sensor.Unit}".TrimEnd()
                : "")}{(sensor.State is { } state ? $" ({state})" : "")}";
}
