using System.Diagnostics;
using Rackboot.Lab.Storm.Boot;
using Rackboot.Lab.Storm.Report;

namespace Rackboot.Lab.Storm;

/// <summary>The same machines boot again and again for a long time, and nothing of rackbootd may grow meanwhile.</summary>
internal sealed class StormSoak(StormPlan plan, StormRack rack, StormView view)
{
    private const int MostNamed = 20;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private readonly StormPower _power = new(rack.Rack.Client);
    private readonly List<SoakSample> _samples = [];
    private readonly List<string> _amiss = [];
    private int _boots, _reported, _firstAttempts;

    public async Task<SoakReport> RunAsync(CancellationToken cancel)
    {
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var watch = new StormWatch(rack.Rack.Client, rack.Lives).RunAsync(watching.Token);
        var began = Stopwatch.GetTimestamp();
        _samples.Add(SoakSample.Read(rack.Rack.DaemonId, TimeSpan.Zero, 0));
        for (var round = 1; Stopwatch.GetElapsedTime(began) < plan.Soak; round++)
        {
            if (round > 1)
                await _power.OffAsync(cancel);
            await BootAllAsync(round, cancel);
            var sample = SoakSample.Read(rack.Rack.DaemonId, Stopwatch.GetElapsedTime(began), _boots);
            _samples.Add(sample);
            view.Say($"round {round}: {sample}, {_reported} of {_boots} boots reported");
        }

        await watching.CancelAsync();
        await watch;
        var load = (await File.ReadAllTextAsync("/proc/loadavg", cancel)).Split(' ')[0];
        return new SoakReport(plan.Machines, _boots, _reported, _firstAttempts, _samples, _amiss, load);
    }

    private async Task BootAllAsync(int round, CancellationToken cancel)
    {
        foreach (var life in rack.Lives)
            life.BeginAnew();
        var began = Stopwatch.GetTimestamp();
        await _power.OnAsync(rack.Lives, StormPower.All, cancel);
        while (!rack.Lives.All(l => l.IsOver) && Stopwatch.GetElapsedTime(began) < plan.Limit)
            await Task.Delay(BetweenLooks, cancel);
        _boots += rack.Lives.Count;
        _reported += rack.Lives.Count(l => l.HasReported);
        _firstAttempts += rack.Lives.Count(l => l.IsFirstAttempt);
        _amiss.AddRange(rack.Lives.Where(l => !l.IsFirstAttempt).Take(MostNamed - _amiss.Count).Select(l => Amiss(round, l)));
    }

    private static string Amiss(int round, MachineLife life) =>
        $"round {round}: {life.Machine.Name} got to {life.Stage?.ToString().ToLowerInvariant() ?? "nothing"} at attempt {life.Attempts} "
        + $"after {life.Waits} waits: {life.Trouble}";
}
