using System.Diagnostics;
using System.Text;

namespace Rackboot.Cloud;

/// <summary>Debian's ssh client, driven: no agent, no configuration of the user's, one key and one file of known hosts for each machine. A
/// rescue system's
/// host key is believed at the first connection after it was started, and no other until it is started again.</summary>
/// <param name="directory">Where keys are kept, which only the daemon can read.</param>
/// <param name="port">Of the SSH server.</param>
public sealed class SshShell(string directory, int port = 22) : IRescueShell
{
    private const int MostOutput = 64 * 1024;

    // Some rescue systems let in a user who is not root; writing to a disk takes root.
    private const string RootShell = "[ \"$(id -u)\" = 0 ] && exec sh -s; exec sudo -n sh -s";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(45);

    public async Task<string> PublicKeyAsync(string name, CancellationToken cancel)
    {
        var key = File(name, "key");
        if (!System.IO.File.Exists(key + ".pub"))
        {
            System.IO.File.Delete(key);
            var (status, _, error) = await StartAsync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", name, "-f", key], null,
                cancel).ConfigureAwait(false);
            if (status != 0)
                throw new CloudException(CloudFailure.Misconfigured, $"ssh-keygen made no key: {Short(error)}; install openssh-client");
        }

        return (await System.IO.File.ReadAllTextAsync(key + ".pub", cancel).ConfigureAwait(false)).Trim();
    }

    public void Forget(string name) => System.IO.File.Delete(File(name, "hosts"));

    public async Task<string> RunAsync(string name, string user, string address, string script, CancellationToken cancel)
    {
        await PublicKeyAsync(name, cancel).ConfigureAwait(false);
        string[] arguments =
        [
            "-F", "none", "-T", "-p", $"{port}", "-i", File(name, "key"), "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none", "-o",
                "BatchMode=yes",
            "-o", $"UserKnownHostsFile=\"{File(name, "hosts")}\"", "-o", "GlobalKnownHostsFile=none", "-o",
                "StrictHostKeyChecking=accept-new",
            "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=10", "-o", "LogLevel=ERROR", $"{user}@{address}", RootShell,
        ];
        var (status, output, error) = await StartAsync("ssh", arguments, script, cancel).ConfigureAwait(false);
        if (error.Contains("HOST IDENTIFICATION HAS CHANGED", StringComparison.Ordinal)
            || error.Contains("Host key verification failed", StringComparison.Ordinal))
            throw new CloudException(CloudFailure.Rejected, $"the rescue system of {name} at {address} shows another host key than "
                + $"before: nothing is sent there. "
                + "If it was restarted on purpose, delete the machine and apply it again");
        return status switch
        {
            0 => output,
            // ssh's own failures.
            255 => throw new CloudException(CloudFailure.NoAnswer, $"the rescue system of {name} at {address} cannot be reached: "
                + $"{Short(error)}"),
            _ => throw new CloudException(CloudFailure.Rejected, $"the rescue system of {name} ended with {status}: {Short(error)}"),
        };
    }

    private static string Short(string text) => new([.. text.Trim().Take(300).Select(c => char.IsControl(c) ? ' ' : c)]);

    private string File(string name, string what)
    {
        // Names of servers are letters, digits and hyphens (CloudMark), and this holds whatever they are.
        var own = Path.Combine(directory, string.Concat(name.Where(c => char.IsAsciiLetterOrDigit(c) || c == '-')));
        Directory.CreateDirectory(own, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Path.Combine(own, what);
    }

    private static async Task<(int Status, string Output, string Error)> StartAsync(string program, string[] arguments, string? input,
        CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        using var process = new Process { StartInfo = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true,
            RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new CloudException(CloudFailure.Misconfigured, $"{program} cannot be started: {e.Message}; install openssh-client", e);
        }

        try
        {
            var (output, error) = (ReadAsync(process.StandardOutput, limit.Token), ReadAsync(process.StandardError, limit.Token));
            await GiveAsync(process.StandardInput, input, limit.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            return (process.ExitCode, await output.ConfigureAwait(false), await error.ConfigureAwait(false));
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new CloudException(CloudFailure.NoAnswer, $"{program} did not end within {Patience.TotalSeconds:0} s", e);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    // A program that ended before it read everything says why on its standard error.
    private static async Task GiveAsync(StreamWriter to, string? input, CancellationToken cancel)
    {
        try
        {
            await to.WriteAsync((input ?? "").AsMemory(), cancel).ConfigureAwait(false);
            to.Close();
        }
        catch (IOException)
        {
            // Its exit status tells.
        }
    }

    // What is more than a message is read and dropped, so that the other side never waits.
    private static async Task<string> ReadAsync(StreamReader reader, CancellationToken cancel)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        while (await reader.ReadAsync(buffer.AsMemory(), cancel).ConfigureAwait(false) is > 0 and var read)
            if (text.Length < MostOutput)
                text.Append(buffer, 0, read);
        return text.ToString();
    }
}
