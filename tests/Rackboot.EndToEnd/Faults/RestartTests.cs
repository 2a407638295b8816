using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Network;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Faults;

/// <summary>The daemon restarts while machines boot: an update, or a crash.</summary>
public sealed class RestartTests
{
    private const string Mac = "52:54:00:00:03:78";

    [Theory]
    [InlineData(15)] // systemctl restart
    [InlineData(9)]
    [Trait("Category", "Slow")]
    public async Task A_machine_that_fetches_its_kernel_meanwhile_asks_again_and_boots(int signal)
    {
        await using var rack = await TestRack.StartAsync();
        await rack.ImportStandInAsync(TestRack.StandInCache);
        await rack.DescribeAsync(await rack.AddAsync("node-01", MachineFirmware.Bios, 1), address: null);
        await rack.PowerAsync("on node-01 --boot network");
        var before = await rack.WaitForAsync("node-01", b => b.Stage >= BootStage.Kernel, TimeSpan.FromMinutes(4));
        await rack.StopDaemonAsync(signal);
        Assert.Equal(BootStage.Kernel, before.Stage);
        await rack.StartDaemonAsync();
        var boot = await rack.WaitForAsync("node-01", b => b.Outcome == BootOutcome.Succeeded, TimeSpan.FromMinutes(4));
        Assert.True(boot.Stages.ContainsKey(BootStage.Configured));
    }

    [Fact]
    public async Task A_download_under_way_ends_before_the_daemon_does()
    {
        await using var rack = await TestRack.StartAsync();
        await using (var big = new MemoryStream(new byte[8 << 20]))
            await rack.Client.PutAssetAsync("talos/v1.0.0/amd64/kernel", big);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await host.UdhcpcAsync();
        var file = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "kernel");
        using var curl = host.Start($"{file}.log", "curl", "-sS", "--limit-rate", "4M", "-o", file,
            "http://10.20.0.1/assets/talos/v1.0.0/amd64/kernel");
        await Wait.UntilAsync(() => File.Exists(file), "the download begins");
        await rack.StopDaemonAsync(signal: 15);
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((0, 8L << 20), (curl.ExitCode, new FileInfo(file).Length));
    }
}
