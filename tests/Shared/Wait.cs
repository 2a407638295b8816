using System.Diagnostics;

namespace Rackboot.Tests.Shared;

/// <summary>Waits for what other threads, programs and machines bring about, and fails the test that waits in vain.</summary>
internal static class Wait
{
    private const int ShortestPause = 10, LongestPause = 100; // ms

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="what">What the condition means, in a clause: "the download begins".</param>
    /// <param name="within">How long at most; a minute if nothing is said.</param>
    /// <param name="instead">What is so instead, for the error of a test that has waited in vain.</param>
    public static async Task UntilAsync(
        Func<Task<bool>> condition, string what, TimeSpan? within = null, Func<Task<string>>? instead = null)
    {
        var (began, limit) = (Stopwatch.GetTimestamp(), within ?? Patience);
        for (var pause = ShortestPause; !await condition().WaitAsync(limit); pause = Math.Min(2 * pause, LongestPause))
        {
            if (Stopwatch.GetElapsedTime(began) > limit)
                Assert.Fail($"after {limit.TotalSeconds:0} s it is not so that {what}{(instead is null ? "" : ": " + await instead())}");
            await Task.Delay(pause);
        }
    }

    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string, TimeSpan?, Func{Task{string}})"/>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? within = null, Func<Task<string>>? instead = null) =>
        UntilAsync(() => Task.FromResult(condition()), what, within, instead);

    /// <summary>Waits until something is found, and returns it.</summary>
    /// <inheritdoc cref="UntilAsync(Func{Task{bool}}, string, TimeSpan?, Func{Task{string}})"/>
    public static async Task<T> ForAsync<T>(
        Func<Task<T?>> find, string what, TimeSpan? within = null, Func<Task<string>>? instead = null)
        where T : class
    {
        T? found = null;
        await UntilAsync(async () => (found = await find()) is not null, what, within, instead);
        return found!;
    }

    /// <summary>Waits until a program has written a text to a file, its log for example.</summary>
    public static Task ForTextAsync(string file, string text) => UntilAsync(async () =>
        File.Exists(file) && (await File.ReadAllTextAsync(file)).Contains(text, StringComparison.Ordinal), $"{file} has \"{text}\"");
}
