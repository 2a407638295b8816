using System.CommandLine;
using Rackboot.Cli.Commands;
using Rackboot.Contracts;
using Spectre.Console;

namespace Rackboot.Cli.Output;

/// <summary>Shows an operation on machines: on a terminal as a live table, otherwise one line for each machine when it ends.</summary>
public static class PowerView
{
    private const int MostRows = 24;

    /// <summary>Follows <paramref name="operation"/> to the end.</summary>
    /// <returns>The exit code for its outcome.</returns>
    public static async Task<int> FollowAsync(
        RackbootClient client, PowerOperation operation, OutputFormat format, InvocationConfiguration console, CancellationToken cancel)
    {
        var machines = operation.Machines.ToDictionary(
            m => m.Machine, m => m with { Step = PowerStep.Waiting, Text = "queued", Seconds = 0 });
        try
        {
            if (format is OutputFormat.Json or OutputFormat.Yaml)
                await foreach (var progress in client.FollowAsync(operation.Id, cancel))
                    machines[progress.Machine] = progress;
            else if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected
                && ReferenceEquals(console.Output, Console.Out))
                await LiveAsync(client, operation, machines, cancel);
            else
                await LinesAsync(client, operation, machines, console.Output, cancel);
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine($"rackboot: the operation continues; follow it with: rackboot power follow {operation.Id}");
            throw;
        }

        if (format is OutputFormat.Json or OutputFormat.Yaml)
            Documents.Write(console.Output, format, await client.GetOperationAsync(operation.Id, cancel));
        return Exit(machines.Values, console.Error);
    }

    // A line for each finished machine, in the order of names.
    private static async Task LinesAsync(
        RackbootClient client, PowerOperation operation, Dictionary<string, PowerProgress> machines, TextWriter output,
            CancellationToken cancel)
    {
        var width = Math.Min(40, machines.Keys.Max(m => m.Length));
        var names = machines.Keys.Order(StringComparer.Ordinal).ToList();
        var next = 0;
        await foreach (var progress in client.FollowAsync(operation.Id, cancel))
            for (machines[progress.Machine] = progress; next < names.Count && IsOver(machines[names[next]]); next++)
                Write(machines[names[next]]);
        foreach (var name in names.Skip(next).Where(n => IsOver(machines[n])))
            Write(machines[name]);

        void Write(PowerProgress m) => output.WriteLine(Printable.Of(
            $"{m.Machine.PadRight(width)}  {Word(m.Power),-7}  {(m.Step == PowerStep.Failed ? "failed: "
                + "" : m.Step == PowerStep.Skipped ? "skipped: " : "")}{m.Text}"));
    }

    private static Task LiveAsync(
        RackbootClient client, PowerOperation operation, Dictionary<string, PowerProgress> machines, CancellationToken cancel) =>
        AnsiConsole.Live(Table(operation, machines.Values)).StartAsync(async live =>
        {
            var shown = System.Diagnostics.Stopwatch.GetTimestamp();
            await foreach (var progress in client.FollowAsync(operation.Id, cancel))
            {
                machines[progress.Machine] = progress;
                if (System.Diagnostics.Stopwatch.GetElapsedTime(shown) < TimeSpan.FromMilliseconds(100))
                    continue;
                live.UpdateTarget(Table(operation, machines.Values));
                shown = System.Diagnostics.Stopwatch.GetTimestamp();
            }

            live.UpdateTarget(Table(operation, machines.Values));
        });

    // If there are too many machines: first the failed ones, then those in progress.
    private static Table Table(PowerOperation operation, Dictionary<string, PowerProgress>.ValueCollection machines)
    {
        var counts = Enum.GetValues<PowerStep>().Select(step => (Step: step, Count: machines.Count(m => m.Step == step)))
            .Where(c => c.Count > 0);
        var table = new Table().Border(TableBorder.None)
            .Title($"[bold]power {Word(operation.Action)}[/]  {string.Join(", ", counts.Select(c => $"{c.Count} {Word(c.Step)}"))}")
            .AddColumns(new TableColumn("MACHINE").NoWrap(), new TableColumn("POWER").NoWrap(), new TableColumn("STEP").NoWrap(),
                new TableColumn("WHAT"));
        var rows = machines.Count <= MostRows
            ? machines.OrderBy(m => m.Machine, StringComparer.Ordinal)
            : machines.Where(m => m.Step is PowerStep.Failed or PowerStep.Running).OrderByDescending(m => m.Step)
                .ThenBy(m => m.Machine, StringComparer.Ordinal).Take(MostRows);
        foreach (var m in rows)
            table.AddRow(Markup.Escape(Printable.Of(m.Machine)), Word(m.Power), $"[{Colour(m.Step)}]{Word(m.Step)}[/]",
                Markup.Escape(Printable.Of(m.Text)));
        return table;
    }

    private static int Exit(Dictionary<string, PowerProgress>.ValueCollection machines, TextWriter error)
    {
        var failed = machines.Count(m => m.Step == PowerStep.Failed);
        var unfinished = machines.Count(m => !IsOver(m));
        if (unfinished > 0)
        {
            error.WriteLine($"rackboot: the daemon stopped before {unfinished} of {machines.Count} machines were done; after a restart it "
                + "continues or reports why not: rackboot power follow");
            return ExitCode.Failed;
        }

        var skipped = machines.Where(m => m.Step == PowerStep.Skipped).Select(m => m.Machine).Order(StringComparer.Ordinal).ToList();
        var done = machines.Any(m => m.Step == PowerStep.Done);
        if (skipped.Count > 0)
            error.WriteLine(Printable.Of(
                $"rackboot: skipped (no bmc in the document): {Confirmation.Count("machine", skipped)}"));
        if (failed > 0)
            error.WriteLine($"rackboot: {failed} of {machines.Count} machines failed");
        else if (!done)
            error.WriteLine("rackboot: nothing was done");
        return !done ? ExitCode.Failed : failed > 0 ? ExitCode.Partly : ExitCode.Ok;
    }

    private static bool IsOver(PowerProgress progress) => progress.Step is PowerStep.Done or PowerStep.Failed or PowerStep.Skipped;

    private static string Colour(PowerStep step) =>
        step switch { PowerStep.Done => "green", PowerStep.Failed => "red", PowerStep.Running => "yellow", _ => "grey" };

    private static string Word(Enum value) => value.ToString().ToLowerInvariant();
}
