using System.Diagnostics;
using System.Globalization;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Operating;

/// <summary>systemd as the first process of namespaces of its own, with this host's files under it, which it cannot change. Rackboot is
/// installed in it as the packages do.</summary>
internal sealed class SystemdHost : IAsyncDisposable
{
    private const string Systemd = "/lib/systemd/systemd";

    // What a container's systemd needs; and of this host's services, none.
    private const string Boot = """
        set -e
        work=$1 programs=$2 packaging=$3
        root=$work/root
        mount --make-rprivate /
        mount -t tmpfs -o mode=0755 tmpfs "$work"
        mkdir "$work/upper" "$work/scratch" "$root"
        mount -t overlay -o "lowerdir=/,upperdir=$work/upper,workdir=$work/scratch" overlay "$root"
        mount -t proc proc "$root/proc"
        mount -t sysfs -o ro sysfs "$root/sys"
        mount -t cgroup2 none "$root/sys/fs/cgroup"
        mount -t tmpfs tmpfs "$root/run"
        mount -t tmpfs tmpfs "$root/tmp"
        mount -t tmpfs -o mode=0755 tmpfs "$root/dev"
        for name in null zero full random urandom tty; do
            touch "$root/dev/$name"
            mount --bind "/dev/$name" "$root/dev/$name"
        done
        touch "$root/dev/console"
        mkdir "$root/dev/pts"
        mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
        ln -s pts/ptmx "$root/dev/ptmx"

        rm -rf "$root/etc/rackboot" "$root/var/lib/rackboot"
        mkdir -p "$root/opt/rackboot" "$root/etc/rackboot" "$root/etc/systemd/system"
        mount --bind "$programs" "$root/opt/rackboot"
        ln -sf /opt/rackboot/rackboot /opt/rackboot/rackbootd "$root/usr/bin/"
        install -m 0644 "$packaging/rackboot.yaml" "$root/etc/rackboot/"
        install -m 0644 "$packaging/rackbootd.service" "$root/lib/systemd/system/"
        install -m 0644 "$packaging/rackboot.sysusers" "$root/usr/lib/sysusers.d/rackboot.conf"
        chroot "$root" systemd-sysusers
        for unit in network-online.target systemd-udevd.service systemd-udev-trigger.service systemd-resolved.service \
            systemd-networkd.service systemd-timesyncd.service systemd-modules-load.service; do
            ln -sf /dev/null "$root/etc/systemd/system/$unit"
        done
        printf '[Unit]\nWants=systemd-journald.service dbus.socket\nAfter=systemd-journald.service dbus.socket\n' \
            >"$root/etc/systemd/system/test.target"
        exec chroot "$root" /usr/bin/env -i container=rackboot PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=test.target
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly string _directory = Directory.CreateTempSubdirectory("systemd-").FullName;
    private readonly Process _unshare;

    private SystemdHost(NetworkNamespace network) => _unshare = Tool.StartInBackground(Path.Combine(_directory, "log"),
        "nsenter", $"--net=/run/netns/{network.Name}", "unshare", "--pid", "--mount", "--uts", "--ipc", "--cgroup", "--fork",
        "--kill-child", "bash", "-c", Boot, "bash", Directory.CreateDirectory(Path.Combine(_directory, "work")).FullName,
        TestRack.ProgramDirectory, Path.Combine(TestRack.ProgramDirectory, "..", "packaging"));

    /// <summary>Why there can be none here; null if there can.</summary>
    public static string? Lacks => File.Exists(Systemd) ? null : $"{Systemd} is missing; install systemd";

    /// <summary>Starts it in a network; waits until it runs.</summary>
    public static async Task<SystemdHost> StartAsync(NetworkNamespace network)
    {
        var host = new SystemdHost(network);
        try
        {
            await Wait.UntilAsync(async () =>
            {
                Assert.False(host._unshare.HasExited, await host.LogAsync());
                return (await host.ExecAsync("systemctl", "is-active", "test.target")).Exit == 0;
            }, "systemd has started", Patience, host.LogAsync);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a program on it.</summary>
    public async Task<(int Exit, string Output, string Error)> ExecAsync(params string[] command)
    {
        if (await FirstProcessAsync() is not { } first)
            return (1, "", "it has not started");
        return await Tool.TryRunAsync("nsenter", ["-t", $"{first}", "-m", "-p", "-n", "-u", "-i", "-C", "-r", "-w", "env", "-i",
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", .. command]);
    }

    public async ValueTask DisposeAsync()
    {
        if (await FirstProcessAsync() is { } first)
            await Tool.TryRunAsync("kill", "-9", $"{first}"); // with it every process of its namespace ends
        if (!_unshare.HasExited)
            _unshare.Kill(entireProcessTree: true);
        await _unshare.WaitForExitAsync();
        _unshare.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    // Its shell makes the file, perhaps later than the first look.
    private async Task<string> LogAsync() =>
        Path.Combine(_directory, "log") is var log && File.Exists(log) ? await File.ReadAllTextAsync(log) : "";

    // unshare's only child: bash at first, then systemd.
    private async Task<int?> FirstProcessAsync()
    {
        var (exit, output, _) = await Tool.TryRunAsync("pgrep", "-P", $"{_unshare.Id}");
        return exit == 0 ? int.Parse(output.Trim(), CultureInfo.InvariantCulture) : null;
    }
}
