using System.CommandLine;
using System.Text.Json;
using Rackboot.Contracts;
using Spectre.Console;

namespace Rackboot.Cli.Output;

/// <summary>Follows a cluster until it is ready: on a terminal as a live table, elsewhere a line for each change, as JSON a line for each
/// state.</summary>
internal sealed class ClusterFollow(RackbootClient client, string name, InvocationConfiguration console)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private bool _connected;
    private bool _told;

    /// <exception cref="ApiException">There is no such cluster.</exception>
    /// <exception cref="HttpRequestException">The daemon is not there. If it stops answering later, this waits for it.</exception>
    public async Task RunAsync(OutputFormat format, CancellationToken cancel)
    {
        if (format is OutputFormat.Json or OutputFormat.Yaml)
            await DocumentsAsync(format, cancel);
        else if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
            && ReferenceEquals(console.Output, Console.Out))
            await LiveAsync(cancel);
        else
            await LinesAsync(cancel);
    }

    private async Task DocumentsAsync(OutputFormat format, CancellationToken cancel)
    {
        var before = "";
        for (Cluster? cluster = null; !IsOver(cluster); await PauseAsync(cluster, cancel))
        {
            cluster = await LookAsync(cancel);
            var text = cluster is null ? before : JsonSerializer.Serialize(cluster, Document.Json);
            if (text == before)
                continue;
            before = text;
            if (format == OutputFormat.Json)
            {
                console.Output.WriteLine(text);
                continue;
            }

            console.Output.WriteLine("---");
            Documents.Write(console.Output, format, cluster);
        }
    }

    private async Task LinesAsync(CancellationToken cancel)
    {
        var known = new Dictionary<string, string>();
        for (Cluster? cluster = null; !IsOver(cluster); await PauseAsync(cluster, cancel))
            if ((cluster = await LookAsync(cancel))?.Status is { } status)
            {
                var lines = status.Machines.Select(m => (m.Machine, Text: ClusterTables.Line(m))).Append((name, status.Summary));
                foreach (var (who, text) in lines.Where(l => known.GetValueOrDefault(l.Item1) != l.Item2))
                {
                    known[who] = text;
                    console.Output.WriteLine(Printable.Of($"{TimeProvider.System.GetLocalNow():HH:mm:ss}  {who,-16}  {text}"));
                }
            }
    }

    private Task LiveAsync(CancellationToken cancel) => AnsiConsole.Live(new Text("")).StartAsync(async live =>
    {
        for (Cluster? cluster = null; !IsOver(cluster); await PauseAsync(cluster, cancel))
            if ((cluster = await LookAsync(cancel)) is not null)
                live.UpdateTarget(ClusterTables.Live(cluster, Console.WindowHeight));
    });

    // Null while the daemon does not answer.
    private async Task<Cluster?> LookAsync(CancellationToken cancel)
    {
        try
        {
            var cluster = (await client.GetClusterAsync(name, cancel)).Value;
            (_connected, _told) = (true, false);
            return cluster;
        }
        catch (HttpRequestException) when (_connected)
        {
            if (!_told)
                console.Error.WriteLine("rackboot: the daemon stopped answering; waiting for it");
            _told = true;
            return null;
        }
    }

    private static bool IsOver(Cluster? cluster) => cluster?.Status?.Phase == ClusterPhase.Ready;

    private static Task PauseAsync(Cluster? cluster, CancellationToken cancel) =>
        IsOver(cluster) ? Task.CompletedTask : Task.Delay(Every, cancel);
}
