using Rackboot.Contracts;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Attacks;

/// <summary>TFTP requests whose sources are forged: nobody acknowledges what is sent there, nor answers its ARP.</summary>
public sealed class TftpFloodTests
{
    private const string File = "ipxe/amd64/snponly.efi";
    private const string OnDisk = "/usr/lib/ipxe/snponly.efi";
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(90);

    [Theory]
    [InlineData("")]
    [InlineData("\n  tftpSinglePort: true")]
    public async Task A_machine_gets_its_file_while_forged_requests_take_every_place(string setting)
    {
        await using var rack = await TestRack.StartAsync(bootSettings: "poll: 1s" + setting);
        await using var attacker = await Attacker.JoinAsync(rack);
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", "52:54:00:00:02:01");
        await host.UdhcpcAsync();
        var (threads, descriptors) = (Threads(rack), Descriptors(rack));

        using var flood = await attacker.FloodAsync(Long, File, "tftp=2000");
        await GaveWayAsync(rack);
        Assert.InRange(Threads(rack), 0, threads + 20); // the runtime's own come and go
        Assert.InRange(Descriptors(rack), 0, descriptors + 20);
        var directory = Directory.CreateTempSubdirectory("tftp-flood").FullName;
        foreach (var client in new[] { "busybox tftp -b 1428", "atftp --option 'windowsize 16' --option 'blksize 1428'" })
        {
            var command = $"cd {directory} && rm -f out && timeout 60 {client} -g -r {File} -l out 10.20.0.1";
            var (_, output, error) = await host.ExecAsync("sh", "-c", command);
            Assert.True(System.IO.File.Exists($"{directory}/out"), output + error);
            Assert.Equal(await System.IO.File.ReadAllBytesAsync(OnDisk), await System.IO.File.ReadAllBytesAsync($"{directory}/out"));
        }

        Assert.False(flood.HasExited);
        flood.Kill(entireProcessTree: true);
    }

    private static int Threads(VirtualRack rack) => ProcessUse.Threads(rack.DaemonId);

    private static int Descriptors(VirtualRack rack) => ProcessUse.Descriptors(rack.DaemonId);

    // Every place was taken: transfers that nobody acknowledged give way to others.
    private static Task GaveWayAsync(VirtualRack rack) => Wait.UntilAsync(
        async () => (await rack.Client.GetStatusAsync()).Counters.GetValueOrDefault("tftp.failed") >= 1000,
        "a thousand transfers gave way", Long);
}
