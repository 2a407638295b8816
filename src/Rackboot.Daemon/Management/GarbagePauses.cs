using System.Globalization;
using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Management;

/// <summary>The pauses of the garbage collector: while one lasts, no machine is answered.</summary>
/// <remarks>The runtime tells only the last collection's pauses and the sum of all. An object that nobody holds is finalized after each
/// collection, and looks. Pauses that it missed are counted as one, so that none looks shorter than it was.</remarks>
internal static class GarbagePauses
{
    private static readonly double[] Bounds = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1];
    private static readonly TimeSpan Measurable = TimeSpan.FromMilliseconds(0.1);
    private static readonly Lock Lock = new();
    private static readonly long[] Counts = new long[Bounds.Length + 1];
    private static TimeSpan _known, _longest;
    private static long _lastCollection;

    static GarbagePauses() => _ = new Sentinel();

    /// <summary>Begins to count, once for the process.</summary>
    public static void Watch() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(GarbagePauses).TypeHandle);

    public static void Measure(MetricsText text)
    {
        lock (Lock)
        {
            const string Name = "rackboot_gc_pause_seconds";
            text.Metric(Name, "histogram", "Pauses of the daemon by its garbage collector.");
            var count = 0L;
            for (var i = 0; i < Bounds.Length; i++)
                text.Sample($"{Name}_bucket", count += Counts[i], ("le", Bounds[i].ToString(CultureInfo.InvariantCulture)));
            text.Sample($"{Name}_bucket", count += Counts[^1], ("le", "+Inf"));
            text.Sample($"{Name}_sum", _known.TotalSeconds);
            text.Sample($"{Name}_count", count);
            text.Metric("rackboot_gc_pause_longest_seconds", "gauge", "The longest of them since the daemon started.");
            text.Sample("rackboot_gc_pause_longest_seconds", _longest.TotalSeconds);
        }
    }

    private static void Look()
    {
        lock (Lock)
        {
            var last = GC.GetGCMemoryInfo(GCKind.Any);
            var unknown = GC.GetTotalPauseDuration() - _known;
            if (unknown <= TimeSpan.Zero)
                return;
            _known += unknown;
            if (last.Index != _lastCollection)
                foreach (var pause in last.PauseDurations)
                    if (pause > TimeSpan.Zero && pause <= unknown)
                    {
                        Note(pause);
                        unknown -= pause;
                    }

            _lastCollection = last.Index;
            if (unknown >= Measurable)
                Note(unknown);
        }
    }

    private static void Note(TimeSpan pause)
    {
        var at = Array.FindIndex(Bounds, b => pause.TotalSeconds <= b);
        Counts[at < 0 ? Bounds.Length : at]++;
        _longest = pause > _longest ? pause : _longest;
    }

    private sealed class Sentinel
    {
        ~Sentinel()
        {
            if (Environment.HasShutdownStarted)
                return;
            Look();
            _ = new Sentinel();
        }
    }
}
