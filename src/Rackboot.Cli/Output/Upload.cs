using Spectre.Console;

namespace Rackboot.Cli.Output;

/// <summary>Shows the progress of an upload on a terminal.</summary>
internal static class Upload
{
    /// <summary>Follows <paramref name="sending"/>, which reads <paramref name="content"/>, to the end.</summary>
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

    /// <summary>Progress bars with bytes sent, total and speed.</summary>
    public static Progress Bars() => AnsiConsole.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(),
            new TransferSpeedColumn());
}
