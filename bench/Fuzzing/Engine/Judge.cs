using System.Diagnostics;

namespace Rackboot.Fuzzing.Engine;

/// <summary>Whether a parser keeps its promises with an input: it throws nothing but its refusals, and takes bounded time and
/// memory.</summary>
public static class Judge
{
    /// <summary>What is wrong; null if nothing is.</summary>
    public static string? Of(FuzzTarget target, byte[] input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var began = Stopwatch.GetTimestamp();
        if (Exception(target, input) is { } exception)
            return Where(exception);
        if ((GC.GetAllocatedBytesForCurrentThread() - before) >> 20 is var megabytes && megabytes > target.MostMegabytes)
            return $"{input.Length} bytes made it take {megabytes} MB";
        if (Stopwatch.GetElapsedTime(began) < target.MostTime)
            return null;

        // The machine may have been busy: the shortest of three.
        var shortest = Enumerable.Range(0, 3).Min(_ => Time(target, input));
        return shortest > target.MostTime ? $"{input.Length} bytes took {shortest.TotalSeconds:0.0} s" : null;
    }

    private static TimeSpan Time(FuzzTarget target, byte[] input)
    {
        var began = Stopwatch.GetTimestamp();
        Exception(target, input);
        return Stopwatch.GetElapsedTime(began);
    }

    private static Exception? Exception(FuzzTarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception e) when (target.Refusals.Any(r => r.IsInstanceOfType(e)))
        {
            return null;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    // The same mistake is found by many inputs: its first line, and where it was thrown.
    private static string Where(Exception e)
    {
        var ours = e.StackTrace?.Split('\n').Select(l => l.Trim())
            .Where(l => l.StartsWith("at Rackboot.", StringComparison.Ordinal)).Take(3);
        return $"{e.GetType().Name}: {e.Message.Split('\n')[0]} {string.Join(" ", ours ?? [])}";
    }
}
