using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;
using Rackboot.Talos.ImageFactory;
using Spectre.Console;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot asset pull</c>: has the appliance fetch boot files and shows the progress.</summary>
internal static class AssetPullCommand
{
    public static Command Create(Session session)
    {
        var version = new Argument<string>("version") { Description = "The Talos release, like v1.13.9." };
        var schematic = new Option<string?>("--schematic") { Description = "The image's contents: a schematic file or its id. Default: "
            + "plain Talos.", HelpName = "FILE|ID" };
        var arch = Architectures();
        var factory = new Option<string?>("--factory") { Description = "The Image Factory. Default: assets.factory of the appliance's "
            + "configuration.", HelpName = "URL" };
        var command = new Command("pull",
            """
            Have the appliance fetch the boot files of a Talos release from an Image Factory. Resumes partial downloads
            and skips files that it already has.

            Examples:
              rackboot asset pull v1.13.9
              rackboot asset pull v1.13.9 --schematic schematic.yaml --arch amd64,arm64
            """) { version, schematic, arch, factory };
        session.Run(command, async (result, client, cancel) =>
        {
            var order = new AssetPullOrder { Version = result.GetValue(version)!, Architectures = Split(result.GetValue(arch)),
                Factory = result.GetValue(factory) };
            if (result.GetValue(schematic) is { } named)
            {
                if (Schematic.IsId(named))
                    order = order with { SchematicId = named };
                else if (await SchematicCommand.ReadAsync(named, result.InvocationConfiguration.Error, cancel) is { } read)
                    order = order with { Schematic = read.ToCanonicalText() };
                else
                    return ExitCode.Usage;
            }

            return await FollowAsync(client.PullAssetsAsync(order, cancel), result.InvocationConfiguration, cancel);
        });
        return command;
    }

    public static Option<string[]> Architectures() => new("--arch")
    {
        Description = "Architectures, separated by a comma: amd64, arm64.",
        HelpName = "ARCH",
        DefaultValueFactory = _ => ["amd64"],
    };

    public static IReadOnlyList<string> Split(string[]? values) =>
        [.. (values ?? []).SelectMany(v => v.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            .Distinct()];

    private static async Task<int> FollowAsync(IAsyncEnumerable<AssetPullProgress> steps, InvocationConfiguration console,
        CancellationToken cancel)
    {
        var over = new List<AssetPullProgress>();
        try
        {
            if (AnsiConsole.Profile.Capabilities.Interactive && !Console.IsOutputRedirected && ReferenceEquals(console.Output, Console.Out))
                await Upload.Bars().StartAsync(bars => BarsAsync(steps, bars, over));
            else
                await foreach (var step in steps.WithCancellation(cancel))
                    if (step.Step is AssetPullStep.Done or AssetPullStep.Failed)
                        over.Add(step);
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine("rackboot: the appliance continues the download; run the same command to follow it");
            throw;
        }

        foreach (var step in over.Where(s => s.Step == AssetPullStep.Done))
            console.Output.WriteLine(step.Name == "schematic" ? $"schematic {Printable.Of(step.Text)}" : $"asset/{Printable.Of(step.Name)} "
                + $" {step.Bytes:N0} bytes, {Printable.Of(step.Text)}");
        var failed = over.Where(s => s.Step == AssetPullStep.Failed).ToList();
        foreach (var step in failed)
            console.Error.WriteLine($"rackboot: {Printable.Of(step.Name)}: {Printable.Of(step.Text)}");
        return failed.Count == 0
            ? ExitCode.Ok : over.Exists(s => s.Step == AssetPullStep.Done && s.Name != "schematic") ? ExitCode.Partly : ExitCode.Failed;
    }

    private static async Task BarsAsync(IAsyncEnumerable<AssetPullProgress> steps, ProgressContext bars, List<AssetPullProgress> over)
    {
        var tasks = new Dictionary<string, ProgressTask>();
        await foreach (var step in steps)
        {
            if (step.Step is AssetPullStep.Done or AssetPullStep.Failed)
                over.Add(step);
            if (!tasks.TryGetValue(step.Name, out var task))
                tasks[step.Name] = task = bars.AddTask(Markup.Escape(Printable.Of(step.Name)));
            task.IsIndeterminate = step.Total is null;
            task.MaxValue = Math.Max(1, step.Total ?? 1);
            task.Value = step.Bytes;
        }
    }
}
