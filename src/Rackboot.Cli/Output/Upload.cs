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
            return await FollowAsync(content, sending, position => task.Value = position, cancel);
        });
    }

    /// <summary>Tells how far <paramref name="sending"/> has read, ten times a second.</summary>
    internal static async Task<T> FollowAsync<T>(Stream content, Task<T> sending, Action<long> tell, CancellationToken cancel)
    {
        while (await Task.WhenAny(sending, Task.Delay(100, cancel)) != sending)
            try
            {
                tell(content.Position);
            }
            catch (ObjectDisposedException)
            {
                // HttpClient closes a file that it has sent; the answer is still to come.
            }

        return await sending;
    }

    /// <summary>Progress bars with bytes sent, total and speed.</summary>
    public static Progress Bars() => AnsiConsole.Progress().AutoClear(true)
        .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new DownloadedColumn(),
            new TransferSpeedColumn());
}
