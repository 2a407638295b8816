using Rackboot.Cli.Host;

namespace Rackboot.Cli.Setup;

/// <summary>The file that the configuration goes to: checked before it counts, and never lost where somebody edited it.</summary>
internal sealed class ConfigurationPlace(string path)
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
    private const string Group = "rackboot";

    private string Draft => path + ".setup";

    /// <summary>Whether it holds what somebody edited.</summary>
    public bool IsEdited => File.Exists(path) && !SetupPlan.MayReplace(File.ReadAllText(path));

    /// <summary>Has the daemon judge <paramref name="text"/>, and puts it in its place if it finds no error.</summary>
    /// <param name="keepOld">Keep what is there under another name.</param>
    /// <returns>What the daemon says, and the name that the old file has now.</returns>
    public async Task<(bool Written, string Says, string? Old)> WriteAsync(string text, bool keepOld, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        try
        {
            await using (var file = new FileStream(Draft, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write,
                UnixCreateMode = Readable }))
            {
                await file.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text), cancel);
                file.Flush(flushToDisk: true);
            }

            var check = await DaemonProgram.RunAsync(cancel, "--check", "--config", Draft);
            var says = check.Error.Replace(Draft, path, StringComparison.Ordinal);
            if (check.Exit != 0)
                return (false, says, null);
            await OwnAsync(Draft, cancel);
            var old = keepOld ? Aside() : null;
            File.Move(Draft, path, overwrite: true);
            return (true, says, old);
        }
        finally
        {
            File.Delete(Draft);
        }
    }

    /// <summary>Lets the daemon, which runs as its own user, read a file.</summary>
    public static async Task OwnAsync(string file, CancellationToken cancel)
    {
        if (Environment.UserName == "root" && File.Exists("/etc/group")
            && File.ReadLines("/etc/group").Any(l => l.StartsWith(Group + ":", StringComparison.Ordinal)))
            await HostProgram.RunAsync("chgrp", cancel, Group, file);
    }

    private string Aside()
    {
        var old = Enumerable.Range(1, int.MaxValue).Select(n => $"{path}.before-setup{(n == 1 ? "" : $"-{n}")}").First(p =>
            !File.Exists(p));
        File.Copy(path, old);
        return old;
    }
}
