using Spectre.Console;

namespace Rackboot.Cli.Output;

/// <summary>Shows on a terminal how much of a file is sent.</summary>
internal static class Upload
{
    /// <summary>Follows <paramref name="sending"/>, which reads <paramref name="content"/>, to its end.</summary>
    public static async Task<T> ShowAsync<T>(string title, Stream content, Task<T> sending, CancellationToken cancel)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await sending;
        return await Bars().StartAsync(async progress =>
        {
            var task = progress.AddTask(Markup.Escape(title), maxValue: content.Length);
            while (await Task.WhenAny(sending, Task.Delay(100, cancel)) != sending)
                task.Value = content.Position;
            return await sending;
        });
    }

    /// <summary>Bars with how much, of how much, and how fast.</summary>
    public static Progress Bars() => AnsiConsole.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(),
            new TransferSpeedColumn());
}
