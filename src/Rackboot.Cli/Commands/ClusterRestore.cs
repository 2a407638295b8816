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
        var save = new Option<string?>("--save") { Description = "Save this one to a file here instead.", HelpName = "ID" };
        var to = new Option<string?>("--to") { Description = "The file for --save. Default: the snapshot's name.", HelpName = "FILE" };
        var command = new Command("snapshots",
            """
            List the snapshots of the cluster's etcd on the appliance, newest first. A saved snapshot is a file of etcd, as talosctl
            etcd snapshot writes it, and contains the cluster's secrets.

            Examples:
              rackboot cluster snapshots prod
              rackboot cluster snapshots prod --save 20261121T060000Z.etcd --to prod.etcd
            """) { name, save, to };
        command.Validators.Add(result =>
        {
            if (result.GetValue(to) is not null && result.GetValue(save) is null)
                result.AddError("--to needs --save ID; list the snapshots first, without options");
        });
        session.Run(command, async (result, client, cancel) =>
        {
            var output = result.InvocationConfiguration.Output;
            if (result.GetValue(save) is { } id)
            {
                var path = result.GetValue(to) ?? Path.GetFileName(id);
                output.WriteLine($"{path}: {await SaveAsync(client, result.GetValue(name)!, id, path, cancel):N0} bytes");
                return ExitCode.Ok;
            }

            var columns = new Columns(Screen.Width(output), [new("snapshot"), new("bytes")]);
            foreach (var snapshot in await client.GetClusterSnapshotsAsync(result.GetValue(name)!, cancel))
                columns.Add(snapshot.Id, snapshot.Bytes.ToString("N0", CultureInfo.InvariantCulture));
            columns.Write(output);
            return ExitCode.Ok;
        });
        return command;
    }

    // Whole or not at all; only its owner may read it.
    private static async Task<long> SaveAsync(RackbootClient client, string cluster, string id, string path, CancellationToken cancel)
    {
        var part = path + ".part";
        try
        {
            await using (var target = new FileStream(part, new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
                await client.DownloadClusterSnapshotAsync(cluster, id, target, cancel);
            File.Move(part, path, overwrite: true);
            return new FileInfo(path).Length;
        }
        finally
        {
            File.Delete(part);
        }
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
