namespace Rackboot.Lab.Storm.Report;

/// <summary>How long something took, over many machines, in seconds.</summary>
/// <param name="Count">How many got through it.</param>
internal sealed record Percentiles(int Count, double P50, double P95, double P99, double Longest)
{
    public static Percentiles Of(IEnumerable<TimeSpan> times)
    {
        var sorted = times.Select(t => t.TotalSeconds).Order().ToList();
        return sorted.Count == 0
            ? new Percentiles(0, 0, 0, 0, 0)
            : new Percentiles(sorted.Count, At(sorted, 50), At(sorted, 95), At(sorted, 99), Round(sorted[^1]));
    }

    // The nearest rank: a value that was measured.
    private static double At(List<double> sorted, int percent) => Round(sorted[(sorted.Count * percent + 99) / 100 - 1]);

    private static double Round(double seconds) => Math.Round(seconds, 3);
}
