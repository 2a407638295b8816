using System.CommandLine;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot asset verify</c> and <c>prune</c>: keeping the store in order.</summary>
internal static class AssetCareCommand
{
    public static Command Verify(Session session)
    {
        var command = new Command("verify",
            "Read every stored boot file and image and compare it with its checksum.\n\nExample:\n  rackboot asset verify");
        session.Run(command, async (result, client, cancel) =>
        {
            var (files, bytes, wrong) = (0, 0L, 0);
            await foreach (var file in client.VerifyAssetsAsync(cancel))
            {
                (files, bytes) = (files + 1, bytes + file.Bytes);
                if (file.Problem is not { } problem)
                    continue;
                wrong++;
                result.InvocationConfiguration.Error.WriteLine($"rackboot: {Printable.Of(file.Name)}: {Printable.Of(problem)}");
            }

            result.InvocationConfiguration.Output.WriteLine($"{files - wrong} of {files} files are intact, {bytes:N0} bytes");
            return wrong == 0 ? ExitCode.Ok : ExitCode.Failed;
        });
        return command;
    }

    public static Command Prune(Session session)
    {
        var dryRun = new Option<bool>("--dry-run") { Description = "List what would be removed; remove nothing." };
        var days = new Option<int>("--older-than") { Description = "Only files stored more than this many days ago.",
            HelpName = "DAYS",
            DefaultValueFactory = _ => 30 };
        var command = new Command("prune",
            """
            Remove the Talos boot files that no profile and no machine uses. Keeps iPXE, and the images of bundles (remove those with
            rackboot mirror remove).

            Examples:
              rackboot asset prune --dry-run
              rackboot asset prune --older-than 7
            """) { dryRun, days };
        session.Run(command, async (result, client, cancel) =>
        {
            var dry = result.GetValue(dryRun);
            var gone = await client.PruneAssetsAsync(new AssetPruneOrder { OlderThanDays = result.GetValue(days), DryRun = dry }, cancel);
            foreach (var asset in gone)
                result.InvocationConfiguration.Output.WriteLine($"asset/{asset.Name} {(dry ? "would be removed" : "removed")}, "
                    + $"{asset.Bytes:N0} bytes, stored {asset.Added:yyyy-MM-dd}");
            result.InvocationConfiguration.Output.WriteLine($"{gone.Count} files{(dry ? " (dry run)" : "")}, {gone.Sum(a => a.Bytes):N0} "
                + "bytes");
            return ExitCode.Ok;
        });
        return command;
    }
}
