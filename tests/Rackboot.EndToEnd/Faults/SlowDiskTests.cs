using System.Diagnostics;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Faults;

/// <summary>A boot file that is not in memory, on a disk that does not answer for a while.</summary>
public sealed class SlowDiskTests(ITestOutputHelper output)
{
    private const string Slow = "ipxe/amd64/slow.efi";
    private const string Fast = "ipxe/amd64/fast.efi";
    private const int Bytes = 3 << 20;
    private const int Stuck = 16; // on every event loop of the daemon
    private const int Others = 40;

    [Theory]
    [InlineData("http://10.20.0.1/assets/")]
    [InlineData("tftp://10.20.0.1/")]
    public async Task A_file_that_the_disk_does_not_yield_holds_up_nobody_who_asks_for_another(string from)
    {
        Assert.SkipUnless(File.Exists("/dev/fuse"), "this kernel has no FUSE");
        await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\ndhcp: { probe: off }");
        var state = Path.GetDirectoryName(rack.DaemonLog)!;
        var (content, other) = (new byte[Bytes], new byte[Bytes + 1]);
        new Random(5).NextBytes(content);
        await rack.Client.PutAssetAsync(Slow, new MemoryStream(content));
        await rack.Client.PutAssetAsync(Fast, new MemoryStream(other));
        await rack.StopDaemonAsync();
        var stored = Assert.Single(Directory.GetFiles(Path.Combine(state, "data", "assets"), "*", SearchOption.AllDirectories),
            f => new FileInfo(f).Length == Bytes);
        var (folder, go, log) = (Path.Combine(state, "slow"), Path.Combine(state, "go"), Path.Combine(state, "fuse.log"));
        Directory.CreateDirectory(folder);
        await File.WriteAllBytesAsync($"{folder}.content", content);
        using var disk = Tool.StartInBackground(
            log, "python3", Path.Combine(AppContext.BaseDirectory, "Faults", "slow_file.py"), folder, $"{folder}.content", go);
        try
        {
            await Wait.ForTextAsync(log, "mounted");
            await Tool.RunAsync("mount", "--bind", Path.Combine(folder, "slow"), stored);
            await rack.StartDaemonAsync();
            await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", "52:54:00:00:03:79", "10.20.0.40/24");
            var stuck = Enumerable.Range(0, Stuck).Select(i => host.Start($"{state}/curl-{i}", "curl", "-sS", "-m", "300",
                "--tftp-blksize", "1428", "-o", $"{state}/got-{i}", from + Slow)).ToList();

            var longest = TimeSpan.Zero;
            for (var i = 0; i < Others; i++)
            {
                var began = Stopwatch.GetTimestamp();
                var (exit, _, error) = await host.ExecAsync(
                    "curl", "-fsS", "-m", "30", "--tftp-blksize", "1428", "-o", "/dev/null", from + Fast);
                Assert.True(exit == 0, error);
                Assert.Equal(200, (await host.CurlAsync($"http://10.20.0.1/ipxe?mac=52:54:00:00:03:{i:x2}")).Status);
                longest = Stopwatch.GetElapsedTime(began) is var took && took > longest ? took : longest;
            }

            Assert.DoesNotContain(stuck, c => c.HasExited);
            await File.WriteAllTextAsync(go, "");
            foreach (var (curl, i) in stuck.Select((c, i) => (c, i)))
            {
                await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
                Assert.Equal(0, curl.ExitCode);
                Assert.Equal(content, await File.ReadAllBytesAsync($"{state}/got-{i}"));
                curl.Dispose();
            }

            output.WriteLine($"{from}: {Stuck} downloads waited for the disk and all completed; {Others} of others meanwhile, and as many "
                + $"scripts, 0 failed, "
                + $"both in {longest.TotalSeconds:0.0} s at most");
        }
        finally
        {
            await File.WriteAllTextAsync(go, "");
            await rack.StopDaemonAsync(signal: 9);
            await Tool.TryRunAsync("umount", stored);
            await Tool.TryRunAsync("umount", folder);
            disk.Kill(entireProcessTree: true);
        }
    }
}
