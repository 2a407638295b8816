using System.Globalization;

namespace Rackboot.Lab.Storm.Report;

/// <summary>What rackbootd has at a moment of a soak (proc_pid_status(5), proc_pid_stat(5)).</summary>
/// <param name="Boots">How many boots there were until then.</param>
/// <param name="OwnMegabytes">Memory without mapped files.</param>
internal sealed record SoakSample(
    double Minutes, int Boots, double OwnMegabytes, double ResidentMegabytes, int Descriptors, int Threads, double CpuSeconds)
{
    private const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK) of every Linux that .NET runs on
    private const int UserTime = 11, SystemTime = 12; // counted behind the name

    /// <summary>Reads it as it is now.</summary>
    public static SoakSample Read(int process, TimeSpan at, int boots)
    {
        var status = File.ReadAllLines($"/proc/{process}/status");
        var stat = File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ');
        return new SoakSample(
            Math.Round(at.TotalMinutes, 2), boots, Math.Round(Field(status, "RssAnon:") / 1024), Math.Round(Field(status, "VmRSS:") / 1024),
            Directory.GetFileSystemEntries($"/proc/{process}/fd").Length, (int)Field(status, "Threads:"),
            (Number(stat[UserTime]) + Number(stat[SystemTime])) / TicksPerSecond);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Minutes:0.0} min, {Boots} boots, {OwnMegabytes} MB of its own, {ResidentMegabytes} MB resident, {Descriptors} descriptors, "
        + $"{Threads} threads, {CpuSeconds:0} s of the processor");

    private static double Field(string[] status, string name) =>
        Number(Array.Find(status, l => l.StartsWith(name, StringComparison.Ordinal))!.Split((char[])[' ', '\t'],
            StringSplitOptions.RemoveEmptyEntries)[1]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
