using System.CommandLine;
using Rackboot.Backup;
using Rackboot.Cli.Host;
using Rackboot.Cli.Setup;
using Rackboot.Contracts.Yaml;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Cli.Backups;

/// <summary>Brings a backup onto this host: all of it, or nothing.</summary>
internal sealed class RestoreRun(TextWriter output, string data, string configuration)
{
    private const string User = "rackboot";

    /// <summary>Unpacks, checks with the daemon's own eyes, and only then decides.</summary>
    /// <param name="replace">Whether a store that is there may be replaced.</param>
    public async Task RunAsync(Stream backup, BackupUnlock unlock, bool replace, CancellationToken cancel)
    {
        await MakeDirectoryAsync(cancel);
        using var alone = DataLock.TryTake(data)
            ?? throw new BackupException($"{data} is in use by rackbootd; stop it first: systemctl stop rackbootd");
        Restoration.Finish(data);
        if (File.Exists(Path.Combine(data, Restoration.Store)) && !replace)
            throw new BackupException($"{data} holds a store already. To replace it, and keep it in {data}/replaced: --replace");
        var (staged, manifest) = await Restoration.UnpackAsync(backup, unlock, data, cancel);
        try
        {
            if (await DaemonProgram.RunAsync(cancel, "--check-store", Path.Combine(staged, "data")) is { Exit: not 0 } refused)
                throw new BackupException($"the backup's store cannot be used here: {refused.Error.Trim()}. Nothing was changed");
            foreach (var made in (string[])["-wal", "-shm"])
                File.Delete(Path.Combine(staged, "data", Restoration.Store + made));
            await OwnAsync(staged, cancel);
            var text = Path.Combine(staged, BackupManifest.Configuration) is var file && File.Exists(file)
                ? await File.ReadAllTextAsync(file, cancel) : null;
            Restoration.Decide(data);
            output.WriteLine($"restored the backup of {manifest.Host} from {manifest.Created:yyyy-MM-dd HH:mm:ss} UTC (rackbootd "
                + $"{manifest.Version}) "
                + $"into {data}");
            output.WriteLine(await ConfigureAsync(text, cancel));
            if (!manifest.Assets)
                output.WriteLine("boot files and images were not in it: rackboot asset list shows what is here, docs/assets.md how to get "
                    + "them");
        }
        catch
        {
            Restoration.Discard(data);
            throw;
        }
    }

    /// <summary>The data directory that a configuration names, or the usual one.</summary>
    /// <exception cref="BackupException">The configuration is not YAML.</exception>
    public static string DataOf(string configuration)
    {
        const string usual = "/var/lib/rackboot";
        if (!File.Exists(configuration))
            return usual;
        if (!YamlText.TryLoad(File.ReadAllText(configuration), out var yaml, out var line, out var error))
            throw new BackupException($"{configuration}:{line}: {error}; correct it, or name the data directory: --data DIRECTORY");
        return yaml.Documents is [{ RootNode: YamlMappingNode root }] && root.Children.TryGetValue("data", out var node)
            && node is YamlScalarNode { Value: { Length: > 0 } path } ? path : usual;
    }

    // A package's own configuration says nothing of this site; one that somebody edited stays.
    private async Task<string> ConfigureAsync(string? text, CancellationToken cancel)
    {
        if (text is null)
            return $"the backup holds no configuration; {configuration} is as it was";
        if (File.Exists(configuration) && File.ReadAllText(configuration) is var present && present != text
            && !SetupPlan.MayReplace(present))
        {
            var beside = configuration + ".restored";
            await PlaceAsync(text, beside, cancel);
            return $"{configuration} is as it was; the one of the backup is beside it, as {beside}";
        }

        await PlaceAsync(text, configuration, cancel);
        return $"{configuration} is that of the backup; before the start: rackbootd --check";
    }

    private static async Task PlaceAsync(string text, string to, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(to))!);
        await File.WriteAllTextAsync(to + ".new", text, cancel);
        File.SetUnixFileMode(to + ".new", UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        await ConfigurationPlace.OwnAsync(to + ".new", cancel);
        File.Move(to + ".new", to, overwrite: true);
    }

    private async Task MakeDirectoryAsync(CancellationToken cancel)
    {
        if (Directory.Exists(data))
            return;
        Directory.CreateDirectory(data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        if (Environment.UserName == "root" && File.ReadLines("/etc/passwd").Any(l => l.StartsWith(User + ":", StringComparison.Ordinal)))
            await HostProgram.RunAsync("chown", cancel, $"{User}:{User}", data);
    }

    // The daemon runs as the owner of its directory.
    private async Task OwnAsync(string staged, CancellationToken cancel)
    {
        if (Environment.UserName == "root"
            && await HostProgram.RunAsync("chown", cancel, "-R", $"--reference={data}", staged) is { Exit: not 0 } failed)
            throw new IOException($"the restored files could not be given to the owner of {data}: {failed.Error.Trim()}");
    }
}
