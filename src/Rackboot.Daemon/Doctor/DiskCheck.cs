using Rackboot.Contracts;

namespace Rackboot.Daemon.Doctor;

/// <summary>The disk of the data directory: its room, and how long it takes to make something durable, which every lease waits
/// for.</summary>
internal static class DiskCheck
{
    private const int Tries = 15;
    private const long Little = 1L << 30;
    private const long AlmostNone = 100L << 20;

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(25);
    private static readonly TimeSpan VerySlow = TimeSpan.FromMilliseconds(250);

    public static IReadOnlyList<DoctorCheck> Look(string data, TimeProvider time)
    {
        if (!Directory.Exists(data))
            return [new DoctorCheck("disk", DoctorLevel.Ok, $"{data} is made at the first start")];
        try
        {
            return [Room(data), Speed(Measure(data, time))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [new DoctorCheck("disk", DoctorLevel.Error, $"{data} cannot be written: {e.Message}",
                "as root: df -h and dmesg say what is wrong with the disk")];
        }
    }

    /// <summary>What a time to make something durable means.</summary>
    internal static DoctorCheck Speed(TimeSpan median) => new("disk speed",
        median >= VerySlow ? DoctorLevel.Error : median >= Slow ? DoctorLevel.Warning : DoctorLevel.Ok,
        $"a write is durable after {median.TotalMilliseconds:0.0} ms (median of {Tries})",
        median >= Slow ? "leases wait for it: use an SSD, or a controller with a protected cache" : null);

    private static DoctorCheck Room(string data)
    {
        var drive = new DriveInfo(data);
        var (free, all) = (drive.AvailableFreeSpace, drive.TotalSize);
        return new DoctorCheck("disk", free < Math.Min(AlmostNone, all / 20) ? DoctorLevel.Error
                : free < Math.Min(Little, all / 10) ? DoctorLevel.Warning : DoctorLevel.Ok,
            $"{free >> 20:N0} MB of {all >> 20:N0} MB free for {data}",
            free < Math.Min(Little, all / 10) ? "free some space; rackboot asset prune removes boot files that no profile needs" : null);
    }

    private static TimeSpan Measure(string data, TimeProvider time)
    {
        var path = Path.Combine(data, $"doctor-{Guid.NewGuid():N}.partial");
        var times = new List<TimeSpan>();
        try
        {
            using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
            var page = new byte[4096];
            for (var i = 0; i < Tries; i++)
            {
                var started = time.GetTimestamp();
                file.Write(page);
                file.Flush(flushToDisk: true);
                times.Add(time.GetElapsedTime(started));
            }
        }
        finally
        {
            File.Delete(path);
        }

        times.Sort();
        return times[Tries / 2];
    }
}
