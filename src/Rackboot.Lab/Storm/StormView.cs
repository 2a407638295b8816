using System.Diagnostics;
using Rackboot.Lab.Storm.Boot;
using Rackboot.Lab.Storm.Faults;
using Rackboot.Lab.Storm.Report;
using Spectre.Console;

namespace Rackboot.Lab.Storm;

/// <summary>Shows a storm: a live table on a terminal, a line each two seconds elsewhere, and nothing where a program reads the
/// report.</summary>
internal sealed class StormView(bool isSilent)
{
    private const int BarWidth = 40;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(2);
    private static readonly StormStage[] Stages = Enum.GetValues<StormStage>();

    /// <summary>Tells what is being done.</summary>
    public void Say(string text)
    {
        if (!isSilent)
            Console.WriteLine(text);
    }

    /// <summary>Shows the machines until it is over.</summary>
    public async Task ShowAsync(IReadOnlyList<MachineLife> lives, Func<Task<DaemonUse>> daemon, Func<bool> isOver, long began,
        TimeSpan refresh, CancellationToken cancel)
    {
        if (!isSilent && AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected)
        {
            await AnsiConsole.Live(Table(lives, null, began)).StartAsync(async live =>
            {
                while (!isOver())
                {
                    live.UpdateTarget(Table(lives, await daemon(), began));
                    await Task.Delay(refresh, cancel);
                }

                live.UpdateTarget(Table(lives, await daemon(), began));
            });
            return;
        }

        for (var told = 0L; !isOver(); await Task.Delay(refresh / 5, cancel))
            if (!isSilent && (told == 0 || Stopwatch.GetElapsedTime(told) > BetweenLines))
            {
                told = Stopwatch.GetTimestamp();
                Console.WriteLine(Line(lives, began));
            }
    }

    /// <summary>Shows the report.</summary>
    public static void Tell(StormReport report)
    {
        var faults = new Table { Border = TableBorder.Simple };
        faults.AddColumns("machines", "", "reported", "at first attempt", "right words");
        foreach (var fault in report.Faults)
            faults.AddRow(fault.Fault, $"{fault.Machines}", $"{fault.Reported}", $"{fault.FirstAttempt}",
                fault.Fault == FaultShares.Word(MachineFault.None) ? "-" : $"{fault.RightWords}");
        var stages = new Table { Border = TableBorder.Simple };
        stages.AddColumns("seconds", "p50", "p95", "p99", "longest");
        foreach (var (name, took) in report.Stages)
            stages.AddRow(name, $"{took.P50:0.000}", $"{took.P95:0.000}", $"{took.P99:0.000}", $"{took.Longest:0.000}");
        AnsiConsole.Write(new Rows(faults, stages));
        foreach (var line in Lines(report).Concat(report.Faults.SelectMany(f => f.Amiss)))
            Console.WriteLine(line);
    }

    private static IEnumerable<string> Lines(StormReport report)
    {
        var daemon = report.Daemon;
        yield return $"{report.Faults.Sum(f => f.Reported)} of {report.Machines} machines reported in {report.Seconds:0.0} s, "
            + $"{report.MachinesPerHour:#,0} an hour; the inventory says {report.InventoryReported}";
        yield return $"kernel and initramfs: {report.Megabytes:#,0} MB; a bare sendfile server needs {report.TransferSeconds:0.0} s "
            + "for them";
        yield return $"rackbootd: {daemon.CpuSeconds:0.0} s of processor time, {daemon.PeakMegabytes:0} MB at most, "
            + $"{daemon.OwnMegabytes:0} MB of its own at the end";
        yield return $"garbage collection: {daemon.Collections:0} pauses, the longest {daemon.LongestPause * 1000:0.0} ms, "
            + $"{daemon.LongPauses:0} over 20 ms";
        yield return $"the generator: {report.GeneratorCpuSeconds:0.0} s of processor time on the same {report.Cores} cores; "
            + $"load {report.Load}";
    }

    private static string Line(IReadOnlyList<MachineLife> lives, long began) =>
        $"{Stopwatch.GetElapsedTime(began).TotalSeconds,6:0.0} s  {lives.Count(l => l.HasReported)} of {lives.Count} reported  "
        + string.Join("  ", Counts(lives).Where(c => c.Count > 0).Select(c => $"{Name(c.Stage)} {c.Count}"));

    private static Table Table(IReadOnlyList<MachineLife> lives, DaemonUse? daemon, long began)
    {
        var table = new Table
        {
            Border = TableBorder.Simple,
            Title = new TableTitle($"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s, {lives.Count(l => l.HasReported)} of "
                + $"{lives.Count} reported{(daemon is null ? "" : $", rackbootd {daemon.PeakMegabytes:0} MB")}"),
        };
        table.AddColumns("has behind it", "machines", "");
        foreach (var (stage, count) in Counts(lives))
            table.AddRow(new Text(Name(stage)), new Text($"{count}"),
                new Markup(
                    $"[{(stage == StormStage.Reported ? "green" : "yellow")}]{new string('■', count * BarWidth / lives.Count)}[/]"));
        return table;
    }

    private static IEnumerable<(StormStage Stage, int Count)> Counts(IReadOnlyList<MachineLife> lives) =>
        Stages.Select(stage => (stage, lives.Count(l => l.Stage == stage)));

    private static string Name(StormStage stage) => stage.ToString().ToLowerInvariant();
}
