using System.CommandLine;
using Spectre.Console;

namespace Rackboot.Cli.Output;

/// <summary>Shows the progress of a bundle: bars on a terminal, otherwise a line for each new item.</summary>
internal static class GatherView
{
    /// <summary>Runs <paramref name="work"/>, which reports its current item, how much of it is done, and of how much.</summary>
    public static async Task<T> RunAsync<T>(InvocationConfiguration console, Func<Action<string, long, long?>, Task<T>> work)
    {
        if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected && ReferenceEquals(console.Output, Console.Out))
            return await Upload.Bars().StartAsync(bars =>
            {
                var tasks = new Dictionary<string, ProgressTask>();
                return work((text, done, total) =>
                {
                    lock (tasks)
                    {
                        if (!tasks.TryGetValue(Kind(text), out var task))
                            tasks[Kind(text)] = task = bars.AddTask(Markup.Escape(Kind(text)));
                        (task.IsIndeterminate, task.MaxValue, task.Value) = (total is null, Math.Max(1, total ?? 1), done);
                    }
                });
            });
        var shown = new HashSet<string>();
        return await work((text, _, _) =>
        {
            lock (shown)
                if (shown.Add(text))
                    console.Error.WriteLine(Printable.Of(text));
        });
    }

    // Images are resolved one after the other: one bar for all.
    private static string Kind(string text) => text.Contains(" images: ", StringComparison.Ordinal) ? "images" : text;
}
