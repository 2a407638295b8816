using System.Diagnostics;
using System.Net;
using Rackboot.Contracts;
using Spectre.Console;

namespace Rackboot.Lab.Rack;

/// <summary>Shows the machines of a rack on their way into the cluster: a live table on a terminal, a line for each change
/// elsewhere.</summary>
/// <param name="limit">When to give up.</param>
public sealed class RackWatch(VirtualRack rack, string cluster, TimeSpan limit)
{
    private static readonly TimeSpan Refresh = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, Dictionary<RackStep, double>> _seen = [];
    private readonly long _started = Stopwatch.GetTimestamp();
    private IReadOnlyList<RackRow> _rows = [];
    private bool _ready;

    public double Seconds => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Watches until all are in the cluster, or no more will come.</summary>
    /// <returns>Whether the cluster is ready.</returns>
    public async Task<bool> RunAsync(CancellationToken cancel)
    {
        await LookAsync(cancel);
        if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
            await AnsiConsole.Live(RackView.Live(_rows, 0, AnsiConsole.Profile.Width)).StartAsync(async live =>
            {
                while (!IsOver)
                {
                    await Task.Delay(Refresh, cancel);
                    await LookAsync(cancel);
                    live.UpdateTarget(RackView.Live(_rows, Seconds, AnsiConsole.Profile.Width));
                }
            });
        else
            while (!IsOver)
            {
                await Task.Delay(Refresh, cancel);
                var before = _rows;
                await LookAsync(cancel);
                foreach (var (row, old) in _rows.Zip(before))
                    if (row.Now != old.Now)
                        Console.WriteLine($"{Seconds,5:0.0} s  {row.Machine.Name}  {RackView.Name(row.Machine.Firmware),-9}  "
                            + $"{RackView.Name(row.Step),-10}  {row.Now}");
            }

        return _ready;
    }

    /// <summary>What each machine took, and what is to be known of those that are not there.</summary>
    public async Task TellAsync()
    {
        foreach (var row in _rows.Where(r => !r.IsUp))
            Console.Error.WriteLine(await rack.DiagnoseAsync(
                row.Machine.Name, $"{row.Machine.Name} is not in the cluster; it is at {RackView.Name(row.Step)}: {row.Now}"));
        AnsiConsole.Write(RackView.Summary(
            _rows.Select(r => (r.Machine, (IReadOnlyDictionary<RackStep, double>)_seen.GetValueOrDefault(r.Machine.Name, [])))));
        if (!_ready)
            AnsiConsole.MarkupLineInterpolated(
                $"[red]{_rows.Count(r => !r.IsUp)} of {_rows.Count} machines did not come into the cluster.[/]");
    }

    private bool IsOver => _ready || _rows.All(r => r.IsOver && !r.IsUp) || Stopwatch.GetElapsedTime(_started) > limit;

    private async Task LookAsync(CancellationToken cancel)
    {
        var power = (await rack.Client.GetOperationsAsync(cancel)).FirstOrDefault(o => o.Action == PowerAction.On);
        var boots = await rack.Client.GetBootsAsync(cancel: cancel);
        var status = await StatusAsync(cancel);
        _rows =
        [
            .. rack.Machines.Select(m => new RackRow(
                m,
                power?.Machines.FirstOrDefault(p => p.Machine == m.Name),
                boots.FirstOrDefault(b => b.Machine == m.Name && b.Started >= rack.Started),
                status?.Machines.FirstOrDefault(s => s.Machine == m.Name))),
        ];
        _ready = status?.Phase == ClusterPhase.Ready && _rows.All(r => r.IsUp);
        foreach (var row in _rows)
            if (row.Step is { } step)
            {
                if (!_seen.TryGetValue(row.Machine.Name, out var seen))
                    _seen[row.Machine.Name] = seen = [];
                seen.TryAdd(step, Seconds);
            }
    }

    private async Task<ClusterStatus?> StatusAsync(CancellationToken cancel)
    {
        try
        {
            return (await rack.Client.GetClusterAsync(cluster, cancel)).Value.Status;
        }
        catch (ApiException e) when (e.Status == HttpStatusCode.NotFound)
        {
            return null;
        }
    }
}
