using System.CommandLine;
using Rackboot.Backup;
using Rackboot.Cli.Backups;
using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary><c>rackboot backup</c> and <c>rackboot restore</c>.</summary>
public static class BackupCommand
{
    public static Command Create(Session session) => new("backup",
        """
        Encrypted backups of the appliance: its store with everything secret, the key, and the configuration (docs/backup.md).

        Examples:
          rackboot backup create rackboot.backup
          rackboot backup verify rackboot.backup
        """) { Make(session), Verify(session) };

    public static Command Restore(Session session)
    {
        var file = new Argument<string>("file") { Description = "The backup." };
        var unlock = new UnlockOptions();
        var configuration = new Option<string>("--config", "-c")
        {
            Description = "The daemon's configuration.", DefaultValueFactory = _ => Setup.SetupOptions.DefaultConfiguration,
                HelpName = "FILE",
        };
        var data = new Option<string?>("--data")
        {
            Description = "The data directory. Default: what the configuration says.", HelpName = "DIRECTORY",
        };
        var replace = new Option<bool>("--replace") { Description = "Replace the store that is there. It is kept in replaced/." };
        var command = new Command("restore",
            """
            Bring a backup onto this host, as root, while the daemon does not run: all of it, or nothing. The store is checked before it
            takes its place.

            Examples:
              rackboot restore rackboot.backup
              rackboot restore rackboot.backup --replace \
                --passphrase-file /root/backup.passphrase
            """) { file, configuration, data, replace };
        unlock.AddTo(command);
        session.RunAlone(command, async (result, cancel) =>
        {
            var configured = result.GetValue(configuration)!;
            await using var backup = File.OpenRead(result.GetValue(file)!);
            var run = new RestoreRun(result.InvocationConfiguration.Output, result.GetValue(data) ?? RestoreRun.DataOf(configured),
                configured);
            await run.RunAsync(backup, await unlock.ReadAsync(result, backup, cancel), result.GetValue(replace), cancel);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Make(Session session)
    {
        var file = new Argument<string>("file") { Description = "Where to write it." };
        var passphrase = new Option<string?>("--passphrase-file")
        {
            Description = "File of the passphrase; - reads standard input. Without it the terminal is asked.", HelpName = "FILE",
        };
        var key = new Option<string?>("--public-key")
        {
            Description = "PEM file of an RSA public key to encrypt for, instead of a passphrase.", HelpName = "FILE",
        };
        var assets = new Option<bool>("--assets") { Description = "Put boot files and container images in too." };
        var command = new Command("create",
            """
            Make an encrypted backup of the appliance as it is now, while it runs. Whoever has the file and opens it has every secret of
            the appliance.

            Examples:
              rackboot backup create rackboot.backup
              rackboot backup create /mnt/rackboot.backup --public-key backup.pem --assets
            """) { file, passphrase, key, assets };
        session.Run(command, async (result, client, cancel) =>
        {
            var order = new BackupOrder
            {
                Assets = result.GetValue(assets),
                PublicKey = result.GetValue(key) is { } pem ? await File.ReadAllTextAsync(pem, cancel) : null,
                Passphrase = result.GetValue(key) is not null ? null
                    : await UnlockOptions.PassphraseAsync(result.GetValue(passphrase), twice: true, cancel),
            };
            var path = Path.GetFullPath(result.GetValue(file)!);
            var bytes = await WriteAsync(client, order, path, cancel);
            result.InvocationConfiguration.Output.WriteLine($"{path}: {bytes:N0} bytes; try it with: rackboot backup verify");
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Verify(Session session)
    {
        var file = new Argument<string>("file") { Description = "The backup." };
        var unlock = new UnlockOptions();
        var command = new Command("verify",
            "Read a backup from end to end and say what it holds. It needs no daemon.\n\nExample:\n  rackboot backup verify "
                + "rackboot.backup")
            { file };
        unlock.AddTo(command);
        session.RunAlone(command, async (result, cancel) =>
        {
            await using var backup = File.OpenRead(result.GetValue(file)!);
            var (files, bytes) = (0, 0L);
            var manifest = await BackupReader.ReadAsync(backup, await unlock.ReadAsync(result, backup, cancel), async (_, content) =>
            {
                (files, bytes) = (files + 1, bytes + content.Length);
                await content.CopyToAsync(Stream.Null, cancel);
            }, cancel);
            result.InvocationConfiguration.Output.WriteLine(
                $"{backup.Name} is whole: {manifest.Host}, {manifest.Created:yyyy-MM-dd HH:mm:ss} UTC, rackbootd {manifest.Version}, "
                    + $"{files} files, "
                + $"{bytes:N0} bytes{(manifest.Assets ? ", with boot files and images" : "")}");
            return ExitCode.Ok;
        });
        return command;
    }

    // Beside its place, so that a file of that name is always a whole backup.
    private static async Task<long> WriteAsync(RackbootClient client, BackupOrder order, string path, CancellationToken cancel)
    {
        var unfinished = path + ".partial";
        try
        {
            await using (var output = new FileStream(unfinished, new FileStreamOptions
            {
                Mode = FileMode.Create, Access = FileAccess.Write, Options = FileOptions.Asynchronous,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }))
            {
                await client.CreateBackupAsync(order, output, cancel);
                output.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return new FileInfo(path).Length;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
