using System.CommandLine;
using System.Globalization;
using Rackboot.Cli.Output;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot cluster restore</c> and <c>cluster snapshots</c>.</summary>
internal static class ClusterRestore
{
    public static Command Snapshots(Session session)
    {
        var name = ClusterCommand.Name(session);
        var command = new Command("snapshots",
            "List the snapshots of the cluster's etcd on the appliance, newest first.\n\nExample:\n  rackboot cluster snapshots "
                + "prod") { name };
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            var columns = new Columns(Screen.Width(output), [new("snapshot"), new("bytes")]);
            foreach (var snapshot in await client.GetClusterSnapshotsAsync(result.GetValue(name)!, cancel))
                columns.Add(snapshot.Id, snapshot.Bytes.ToString("N0", CultureInfo.InvariantCulture));
            columns.Write(output);
            return ExitCode.Ok;
        });
        return command;
    }

    public static Command Create(Session session)
    {
        var name = ClusterCommand.Name(session);
        var snapshot = new Option<string>("--snapshot")
        {
            Description = "A snapshot that rackboot cluster snapshots lists, or a file from talosctl etcd snapshot.",
            HelpName = "ID|FILE",
            Required = true,
        };
        var force = new Option<bool>("--force")
        {
            Description =
            "Restore even if etcd is healthy or a restore is running. Everything since the snapshot is lost."
        };
        var skip = new Option<bool>("--skip-hash-check")
        {
            Description =
            "Accept a copy of etcd's data file (member/snap/db), which has no checksum."
        };
        var yes = Confirmation.Yes();
        var command = new Command("restore",
            """
            Restore the cluster's etcd from a snapshot. Every control-plane machine wipes its etcd and restarts; one of them starts from
            the snapshot, and the others join it. Configurations and data disks are kept. While etcd is healthy, this needs
            --force.
            All control-plane machines must answer. Remove those that are gone for good first: rackboot cluster remove NAME MACHINE --lost

            Examples:
              rackboot cluster restore prod --snapshot 20261121T060000Z.etcd
              rackboot cluster restore prod --snapshot ./db.snapshot --force
            """) { name, snapshot, force, skip, yes };
        session.Run(command, async (result, client, cancel) =>
        {
            var console = result.InvocationConfiguration;
            var (cluster, source) = (result.GetValue(name)!, result.GetValue(snapshot)!);
            var question = $"Discard everything in {cluster}'s etcd since {Path.GetFileName(source)} and restart its control plane?";
            if (!result.GetValue(yes) && !Confirmation.Asks(console, question, out var refusal))
                return refusal;
            if (File.Exists(source))
            {
                await using var file = File.OpenRead(source);
                source = (await client.AddClusterSnapshotAsync(cluster, file, result.GetValue(skip), cancel)).Id;
                console.Output.WriteLine($"snapshot/{source} uploaded");
            }

            var order = new ClusterRestoreOrder
            {
                Snapshot = source,
                Force = result.GetValue(force),
                SkipHashCheck = result.GetValue(skip)
            };
            await client.RestoreClusterAsync(cluster, order, cancel);
            console.Output.WriteLine(
                $"cluster/{cluster} is being restored from {source}; follow it with: rackboot cluster status {cluster} --watch");
            return ExitCode.Ok;
        });
        return command;
    }
}
