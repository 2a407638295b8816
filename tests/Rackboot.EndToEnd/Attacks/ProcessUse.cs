using System.Globalization;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>What a process takes of the machine (proc_pid_status(5), proc_pid_stat(5)).</summary>
internal static class ProcessUse
{
    private const int TicksPerSecond = 100;

    /// <summary>Memory that is its own, in MB; files that it has mapped are the page cache's.</summary>
    public static double OwnMegabytes(int process) => Field(process, "RssAnon") / 1024.0;

    /// <summary>All that is resident, mapped files too, in MB.</summary>
    public static double ResidentMegabytes(int process) => Field(process, "VmRSS") / 1024.0;

    public static int Descriptors(int process) => Directory.GetFileSystemEntries($"/proc/{process}/fd").Length;

    /// <summary>How many descriptors it may have (proc_pid_limits(5)).</summary>
    public static int MostDescriptors(int process) =>
        int.Parse(File.ReadLines($"/proc/{process}/limits").First(l => l.StartsWith("Max open files", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], CultureInfo.InvariantCulture);

    public static int Threads(int process) => Directory.GetDirectories($"/proc/{process}/task").Length;

    public static double CpuSeconds(int process)
    {
        var fields = File.ReadAllText($"/proc/{process}/stat").Split(") ")[1].Split(' '); // from the state, the third field, on
        return fields[11..13].Sum(f => double.Parse(f, CultureInfo.InvariantCulture)) / TicksPerSecond;
    }

    private static double Field(int process, string name)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return double.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }
}
