using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Rackboot.Tests.Shared;

namespace Rackboot.Cloud.Tests.Rescue;

/// <summary>A rescue system with Debian's sshd: its root is in memory, its disks are files, it listens on a loopback port, and the host's
/// service is
/// never started.</summary>
internal sealed class RescueSystem : IAsyncDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("rackboot-rescue-").FullName;
    private Process? _sshd;

    private RescueSystem(int port) => Port = port;

    public int Port { get; }

    /// <summary>Where the daemon keeps its keys.</summary>
    public string Keys => Path.Combine(_directory, "keys");

    /// <summary>What sshd said.</summary>
    public string Log { get; private set; } = "";

    public SshShell Shell(int? port = null) => new(Keys, port ?? Port);

    /// <summary>Skips the test where there is no sshd, or no way to give it a root of its own.</summary>
    public static RescueSystem Create()
    {
        Assert.SkipUnless(Environment.UserName == "root", "namespaces take root");
        Assert.SkipUnless(File.Exists("/usr/sbin/sshd"), "sshd is missing; run: tests/install-packages");
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var made = new RescueSystem(((IPEndPoint)probe.LocalEndpoint).Port);
        Directory.CreateDirectory(Path.Combine(made._directory, "disks"));
        return made;
    }

    /// <summary>Adds a disk of so many bytes.</summary>
    /// <returns>What it is called in the rescue system.</returns>
    public string AddDisk(string name, long bytes)
    {
        using var file = File.Create(DiskFile(name));
        file.SetLength(bytes);
        return $"/disks/{name}";
    }

    /// <summary>Whether the host's temporary files are on a disk.</summary>
    public bool IsOnDisk => new DriveInfo(_directory).DriveFormat is "ext4" or "ext3" or "xfs" or "btrfs";

    /// <summary>The disk as the host sees it.</summary>
    public string DiskFile(string name) => Path.Combine(_directory, "disks", name);

    /// <summary>What lsblk prints: name, bytes, type, and whether it is a medium.</summary>
    public void DescribeDisks(params string[] lines) =>
        File.WriteAllText(Path.Combine(_directory, "lsblk"), $"#!/bin/sh\ncat <<'END'\n{string.Join('\n', lines)}\nEND\n");

    /// <summary>Starts it, with a new host key if it has none.</summary>
    /// <param name="newHostKey">Whether it has another host key than before.</param>
    /// <param name="installed">Whether it is no rescue system: its root is on a disk.</param>
    public async Task StartAsync(string authorizedKey, bool newHostKey = false, bool installed = false)
    {
        await StopAsync();
        var hostKey = Path.Combine(_directory, "hostkey");
        if (newHostKey)
            File.Delete(hostKey);
        if (!File.Exists(hostKey))
            await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", hostKey);
        await File.WriteAllTextAsync(Path.Combine(_directory, "authorized_keys"), authorizedKey + "\n");
        var start = new ProcessStartInfo("unshare", ["--mount", "--pid", "--fork", "--kill-child=KILL", "sh",
            Path.Combine(AppContext.BaseDirectory, "Rescue", "rescue-system.sh"), _directory, $"{Port}",
            installed ? "installed" : "rescue"]) { RedirectStandardError = true };
        _sshd = Process.Start(start)!;
        _sshd.ErrorDataReceived += (_, line) => Log += line.Data + "\n";
        _sshd.BeginErrorReadLine();
        await Wait.UntilAsync(async () =>
        {
            Assert.False(_sshd.HasExited, Log);
            return await AnswersAsync();
        }, "sshd listens", instead: () => Task.FromResult(Log));
    }

    /// <summary>It loses power: whatever ran there ends, and its memory is lost.</summary>
    public async Task StopAsync()
    {
        if (_sshd is null)
            return;
        _sshd.Kill();
        await _sshd.WaitForExitAsync();
        _sshd.Dispose();
        _sshd = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }
}
