using System.Globalization;
using Rackboot.Contracts;

namespace Rackboot.Lab.Storm.Report;

/// <summary>What rackbootd took: its processor time, its memory, and the pauses of its garbage collector.</summary>
/// <param name="PeakMegabytes">The most resident memory, mapped files included.</param>
/// <param name="OwnMegabytes">Of it, at the end, what is its own: without mapped files.</param>
/// <param name="LongPauses">Pauses of more than 20 ms.</param>
internal sealed record DaemonUse(
    double CpuSeconds, double PeakMegabytes, double OwnMegabytes, double Collections, double PauseSeconds, double LongestPause,
    double LongPauses)
{
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK) of every Linux that .NET runs on
    private const int UserTime = 11, SystemTime = 12; // proc(5), counted behind the name

    /// <summary>Reads it as it is now.</summary>
    public static async Task<DaemonUse> ReadAsync(int process, RackbootClient client, CancellationToken cancel)
    {
        var stat = (await File.ReadAllTextAsync($"/proc/{process}/stat", cancel)).Split(") ")[^1].Split(' ');
        var status = await File.ReadAllLinesAsync($"/proc/{process}/status", cancel);
        var metrics = await client.GetMetricsAsync(cancel);
        return new DaemonUse(
            (Number(stat[UserTime]) + Number(stat[SystemTime])) / TicksPerSecond,
            Megabytes(status, "VmHWM:"), Megabytes(status, "RssAnon:"),
            Metric(metrics, "rackboot_gc_pause_seconds_count"), Metric(metrics, "rackboot_gc_pause_seconds_sum"),
            Metric(metrics, "rackboot_gc_pause_longest_seconds"),
            Metric(metrics, "rackboot_gc_pause_seconds_count") - Metric(metrics, "rackboot_gc_pause_seconds_bucket{le=\"0.02\"}"));
    }

    /// <summary>What was taken since an earlier reading.</summary>
    public DaemonUse Since(DaemonUse before) => this with
    {
        CpuSeconds = Math.Round(CpuSeconds - before.CpuSeconds, 2),
        Collections = Collections - before.Collections,
        PauseSeconds = Math.Round(PauseSeconds - before.PauseSeconds, 4),
        LongPauses = LongPauses - before.LongPauses,
    };

    /// <summary>The value of a metric in the text format of Prometheus; 0 if it is not there.</summary>
    internal static double Metric(string metrics, string name) =>
        metrics.Split('\n').FirstOrDefault(l => l.StartsWith(name + ' ', StringComparison.Ordinal)) is { } line
            ? Number(line[(name.Length + 1)..]) : 0;

    private static double Megabytes(string[] status, string name) =>
        status.FirstOrDefault(l => l.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? Math.Round(Number(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim()) / 1024, 1) : 0;

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
