using System.Text.RegularExpressions;
using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Rack;

namespace Rackboot.EndToEnd.Operating;

/// <summary>The commands that stand in the pages of docs/ and in the README, run by a shell against a daemon, as far as they can run on one
/// host without BMCs and internet.</summary>
public sealed partial class DocumentedRunTests : IDisposable
{
    private static readonly string Root = Path.GetDirectoryName(TestRack.ProgramDirectory.TrimEnd('/'))!;

    // What a line hands its output to, and a host of tests need not have.
    private static readonly string[] Elsewhere = ["jq ", "talosctl ", "kubectl "];

    // What does not end by itself, asks a person, reaches for BMCs or the internet, or is run by the first test.
    private static readonly Regex Endless = new(
        @"rackboot (watch|edit|console|wait|setup|login|bmc|credential rotate|asset pull|mirror create|power follow)\b"
        + @"|rackboot (power status|restore|backup)|--watch|(^|\s)-w\b|rackbootd --config");

    private const string Curl = "curl -s --unix-socket /run/rackboot/rackboot.sock";

    private readonly string _directory = Directory.CreateTempSubdirectory("docs-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task The_pages_of_backup_and_operating_run_from_their_first_line_to_their_last()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.Client.PutCredentialAsync(new Credential { Name = "bmc", Username = "admin", Password = "hunter2" });
        var run = 0;
        foreach (var line in Lines("docs/backup.md").Concat(Lines("docs/operating.md")))
        {
            if (line == "systemctl stop rackbootd")
                await rack.StopDaemonAsync();
            else if (line == "systemctl start rackbootd")
                await rack.StartDaemonAsync();
            else if (!line.StartsWith("apt-get ", StringComparison.Ordinal))
            {
                var (exit, output) = await TypeAsync(rack, Adapt(rack, line), line.Contains("backup", StringComparison.Ordinal));
                var mayWarn = line.StartsWith("rackboot doctor", StringComparison.Ordinal);
                Assert.True(exit == 0 || mayWarn && exit == 6, $"{line} ended with {exit}: {output}");
                run++;
            }
        }

        Assert.InRange(run, 14, 100);
        Assert.Equal("admin", (await rack.Client.GetCredentialAsync("bmc")).Value.Username);
    }

    [Fact]
    public async Task The_commands_of_all_other_pages_are_taken_by_a_daemon_that_runs()
    {
        await using var rack = await TestRack.StartAsync();
        Directory.CreateSymbolicLink(Path.Combine(_directory, "examples"), Path.Combine(Root, "examples"));
        foreach (var example in (string[])["first-machine", "bmc", "talos-cluster"])
            await rack.RackbootAsync("apply", "-f", Path.Combine(Root, $"examples/documents/{example}.yaml"));
        var (wrong, run) = (new List<string>(), 0);
        foreach (var page in Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md").Append(Path.Combine(Root, "README.md")))
            foreach (var line in Lines(page).Where(l =>
                (l.StartsWith("rackboot ", StringComparison.Ordinal) || l.StartsWith(Curl, StringComparison.Ordinal))
                && !Endless.IsMatch(l)
                && !Elsewhere.Any(e => l.Contains($"| {e}", StringComparison.Ordinal))))
            {
                var (exit, output, error) = await ShellAsync(rack, $"timeout 60 {Adapt(rack, line)} </dev/null");
                run++;
                // 5: the daemon is gone. 124: it hangs. 126 and above: no such program, or it was ended.
                if (exit is 5 or >= 124 || (output + error).Contains("Unhandled", StringComparison.Ordinal)
                    || error.Contains("there is no command", StringComparison.Ordinal)
                        || error.Contains("there is no option", StringComparison.Ordinal))
                    wrong.Add($"{Path.GetFileName(page)}: {line} ended with {exit}: {error}");
            }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
        Assert.InRange(run, 60, 1000);
        Assert.Empty((await rack.Client.GetStatusAsync()).Problems);
    }

    // The lines of a page's blocks of shell, without comments and prompts.
    private static IEnumerable<string> Lines(string page)
    {
        var text = File.ReadAllText(Path.Combine(Root, page));
        return string.Join('\n', Block().Matches(text).Select(m => m.Groups[1].Value)).Replace("\\\n", " ",
            StringComparison.Ordinal).Split('\n')
            .Select(l => Comment().Replace(l, "").Trim()).Where(l => l.Length > 0)
            .Select(l => l.StartsWith("out/rackboot", StringComparison.Ordinal) ? l["out/".Length..] : l);
    }

    // The rack's own files instead of those of an installed appliance.
    private string Adapt(VirtualRack rack, string line)
    {
        var state = Path.GetDirectoryName(rack.DaemonLog)!;
        var more = line.Split(' ') switch
        {
            ["rackbootd", "--check", _, ..] => "",
            ["rackbootd", "--check"] => $" --config {state}/rackboot.yaml",
            ["rackboot", "doctor" or "support-bundle", ..] => $" --config {state}/rackboot.yaml",
            ["rackboot", "power", "on", ..] => " --wait false",
            ["rackboot", "power", "off" or "cycle" or "reset" or "soft", ..] => " --wait false --yes",
            ["rackboot", "restore", ..] => $" --config {_directory}/restored.yaml --data {state}/data --replace",
            _ => "",
        };
        return (line + more).Replace("/etc/rackboot/rackboot.yaml", $"{state}/rackboot.yaml", StringComparison.Ordinal)
            .Replace("/run/rackboot/rackboot.sock", rack.Socket, StringComparison.Ordinal);
    }

    // On a terminal, where the passphrase is asked for.
    private async Task<(int Exit, string Output)> TypeAsync(VirtualRack rack, string line, bool typed)
    {
        if (!typed)
            return await ShellAsync(rack, $"{line} </dev/null") is var (exit, output, error) ? (exit, output + error) : default;
        var result = await ShellAsync(rack, $"printf 'correct horse\\ncorrect horse\\n' | script -qec '{line}' /dev/null");
        return (result.Exit, result.Output + result.Error);
    }

    private Task<(int Exit, string Output, string Error)> ShellAsync(VirtualRack rack, string line) => rack.Network.ExecAsync("sh", "-c",
        $"cd {_directory} && PATH={TestRack.ProgramDirectory}:$PATH RACKBOOT_SOCKET={rack.Socket} EDITOR=true && export PATH "
            + $"RACKBOOT_SOCKET EDITOR "
        + $"&& {line}");

    [GeneratedRegex(@"```sh\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"(^|\s)#.*$")]
    private static partial Regex Comment();
}
