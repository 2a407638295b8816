using System.Diagnostics;
using Rackboot.Contracts;
using Rackboot.Lab.Storm.Boot;
using Rackboot.Lab.Storm.Faults;
using Rackboot.Lab.Storm.Report;

namespace Rackboot.Lab.Storm;

/// <summary>A storm from the first power order to the report.</summary>
internal sealed class StormRun(StormPlan plan, StormRack rack, StormView view)
{
    // A machine that stopped is suspicious after some 30 s at the latest, until this rack's boots are known (docs/explain.md).
    private static readonly TimeSpan UntilExplained = TimeSpan.FromSeconds(45);
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(500);
    private const int ExplainedAtOnce = 8;
    private const int MostNamed = 5;

    private readonly RackbootClient _client = rack.Rack.Client;
    private readonly StormPower _power = new(rack.Rack.Client);

    public async Task<StormReport> RunAsync(CancellationToken cancel)
    {
        view.Say("measures what the bytes alone take");
        var line = await LineSpeed.MeasureAsync(rack, plan.Machines, cancel);
        var before = await ReadDaemonAsync(cancel);
        var ownBefore = Environment.CpuUsage.TotalTime;
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = new StormWatch(_client, rack.Lives).RunAsync(watching.Token);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(OrderAsync(cancel), view.ShowAsync(
            rack.Lives, async () => await ReadDaemonAsync(cancel), () => IsOver(began), began, Refresh, cancel));
        var after = await ReadDaemonAsync(cancel);
        var own = Environment.CpuUsage.TotalTime - ownBefore;
        view.Say("asks why the others did not come up");
        var faults = await CountAsync(cancel);
        await watching.CancelAsync();
        await watch;
        return await ReportAsync(line, after.Since(before), own, faults, cancel);
    }

    private Task<DaemonUse> ReadDaemonAsync(CancellationToken cancel) => DaemonUse.ReadAsync(rack.Rack.DaemonId, _client, cancel);

    private bool IsOver(long began) => rack.Lives.All(l => l.IsOver) || Stopwatch.GetElapsedTime(began) > plan.Limit;

    private async Task OrderAsync(CancellationToken cancel)
    {
        if (plan.Arrival == Arrival.AtOnce)
        {
            await _power.OnAsync(rack.Lives, StormPower.All, cancel);
            return;
        }

        var orders = new List<Task>();
        foreach (var some in rack.Lives.GroupBy(l => l.Machine.Rack))
        {
            orders.Add(_power.OnAsync([.. some], $"rack={some.Key}", cancel));
            await Task.Delay(plan.RackInterval, cancel);
        }

        await Task.WhenAll(orders);
    }

    private async Task<List<FaultCount>> CountAsync(CancellationToken cancel)
    {
        var words = new Dictionary<MachineLife, string?>();
        using var places = new SemaphoreSlim(ExplainedAtOnce);
        await Task.WhenAll(rack.Lives.Where(l => l.Machine.Fault != MachineFault.None || !l.HasReported).Select(async life =>
        {
            var wrong = await WrongWordsAsync(life, places, cancel);
            lock (words)
                words[life] = wrong;
        }));
        return [.. rack.Lives.GroupBy(l => l.Machine.Fault).OrderBy(g => g.Key).Select(g => new FaultCount(
            FaultShares.Word(g.Key), g.Count(), g.Count(l => l.HasReported), g.Count(l => l.IsFirstAttempt),
            g.Count(l => words.TryGetValue(l, out var wrong) && wrong is null),
            [.. g.Select(l => Amiss(l, words.GetValueOrDefault(l))).OfType<string>().Take(MostNamed)]))];
    }

    /// <summary>Null once the appliance explains the machine as it should; else what it says instead.</summary>
    private async Task<string?> WrongWordsAsync(MachineLife life, SemaphoreSlim places, CancellationToken cancel)
    {
        for (var began = Stopwatch.GetTimestamp(); ; await Task.Delay(TimeSpan.FromSeconds(1), cancel))
        {
            await places.WaitAsync(cancel);
            try
            {
                var explained = await _client.ExplainAsync(life.Machine.Name, cancel);
                if (RightWords.Are(life.Machine.Fault, explained))
                    return null;
                if (Stopwatch.GetElapsedTime(began) > UntilExplained)
                    return $"explain says {explained.Cause}: {explained.Verdict}";
            }
            finally
            {
                places.Release();
            }
        }
    }

    private static string? Amiss(MachineLife life, string? wrongWords)
    {
        var name = $"{life.Machine.Name} ({life.Machine.Firmware})";
        var fault = life.Machine.Fault;
        if (fault == MachineFault.None && life.IsFirstAttempt || fault != MachineFault.None && wrongWords is null
            && life.HasReported == RightWords.ComesUp(fault))
            return null;
        return $"{name} got to {life.Stage?.ToString().ToLowerInvariant() ?? "nothing"} at attempt {life.Attempts} after {life.Waits} "
            + "waits: " + string.Join("; ", new[] { life.Trouble, wrongWords }.OfType<string>());
    }

    private async Task<StormReport> ReportAsync(
        TimeSpan line, DaemonUse daemon, TimeSpan own, List<FaultCount> faults, CancellationToken cancel)
    {
        // Racks are ordered one after the other: the first order to the last report.
        var up = rack.Lives.Where(l => l.HasReported).ToList();
        var seconds = MachineLife.Span(up).TotalSeconds;
        var inventory = (await _client.GetMachinesAsync(cancel)).Count(m => m.Status?.State == MachineState.Reported);
        var load = (await File.ReadAllTextAsync("/proc/loadavg", cancel)).Split(' ')[0];
        return new StormReport(
            plan.Machines, plan.Arrival == Arrival.AtOnce ? "at once" : $"racks, one each {plan.RackInterval.TotalSeconds:0.#} s",
            plan.Seed,
            Math.Round(seconds, 2), seconds > 0 ? Math.Round(up.Count / seconds * 3600) : 0,
            Math.Round(up.Count * (double)rack.ImagePaths.Sum(p => new FileInfo(p).Length) / 1e6),
            Math.Round(line.TotalSeconds, 2), inventory, faults, StormStages.Of(rack.Lives), daemon, Math.Round(own.TotalSeconds, 2),
            Environment.ProcessorCount, load);
    }
}
