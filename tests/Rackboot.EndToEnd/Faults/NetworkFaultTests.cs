using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd.Faults;

/// <summary>What happens to a network while machines boot: it goes down, and somebody brings a DHCP server.</summary>
public sealed class NetworkFaultTests(ITestOutputHelper output)
{
    private const string Mac = "52:54:00:00:03:80";
    private const int Times = 5;

    [Fact]
    public async Task An_interface_that_goes_down_and_comes_up_serves_again_each_time()
    {
        await using var rack = await StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        for (var i = 0; i < Times; i++)
        {
            await rack.Network.IpAsync("link", "set", NetworkNamespace.Bridge, "down");
            string[] once = ["busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-q", "-n", "-t", "1", "-T", "1", "-s", "/bin/true"];
            Assert.NotEqual(0, (await host.ExecAsync(once)).Exit);
            await rack.Network.IpAsync("link", "set", NetworkNamespace.Bridge, "up");
            Assert.Equal("10.20.0.30", await host.UdhcpcAsync());
            Assert.Equal(200, (await host.CurlAsync($"http://10.20.0.1/ipxe?mac={Mac}")).Status);
            var (exit, script, error) = await host.ExecAsync("curl", "-sS", "-m", "30", "tftp://10.20.0.1/autoexec.ipxe");
            Assert.True(exit == 0 && script.StartsWith("#!ipxe", StringComparison.Ordinal), error);
        }

        output.WriteLine($"{Times} times down and up, {Times} leases, scripts and TFTP transfers afterwards, 0 failed");
    }

    [Fact]
    public async Task A_second_DHCP_server_that_answers_first_is_counted_and_explain_names_it()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/dnsmasq"), "dnsmasq is missing");
        await using var rack = await StartAsync("probe: auto"); // half a second before a first offer, and dnsmasq answers at once
        await using var rogue = await ClientNamespace.CreateAsync(rack.Network, "rogue", "52:54:00:00:03:81", "10.20.0.9/24");
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var log = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "dnsmasq.log");
        using var server = rogue.Start(log, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--no-ping", "--log-dhcp",
            $"--interface={ClientNamespace.Card}", "--bind-interfaces", "--dhcp-range=10.20.0.210,10.20.0.219,5m", "--dhcp-authoritative",
            $"--dhcp-leasefile={log}.leases", $"--pid-file={log}.pid");
        await Wait.ForTextAsync(log, "DHCP, IP range");

        // Until the other one is faster once: which of two answers comes first is chance.
        var asked = 0;
        await Wait.UntilAsync(async () =>
        {
            asked++;
            await host.ExecAsync("busybox", "udhcpc", "-i", ClientNamespace.Card, "-f", "-q", "-n", "-t", "3", "-T", "1", "-s", "/bin/true",
                "-V", "PXEClient:Arch:00007:UNDI:003016", "-x", "0x5d:0007");
            return (await rack.Client.GetStatusAsync()).Counters.GetValueOrDefault("dhcp.other server chosen") > 0;
        }, "the other server is chosen");
        var said = (await rack.RackbootAsync("explain", "node-01")).Output;
        Assert.Contains("another DHCP server, 10.20.0.9", said, StringComparison.Ordinal);
        output.WriteLine($"the other server was chosen after {asked} boots; explain: {said.Split('\n')[0]}");
        server.Kill(entireProcessTree: true);
    }

    [Fact]
    public async Task A_loop_that_sends_everything_twice_hinders_no_boot_and_is_reported()
    {
        await using var rack = await StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await using var cable = await BadCable.LayAsync(rack.Network, "a", lost: 0, doubled: 1, held: 0);
        for (var i = 0; i < Times; i++)
        {
            Assert.Equal("10.20.0.30", await host.UdhcpcAsync("-V", "PXEClient:Arch:00007:UNDI:003016", "-x", "0x5d:0007"));
            Assert.Equal(200, (await host.CurlAsync($"http://10.20.0.1/ipxe?mac={Mac}")).Status);
        }

        var loop = await rack.EventAsync("network.loop");
        Assert.Contains($"messages arrive twice on {NetworkNamespace.Bridge}", loop.Text, StringComparison.Ordinal);
        Assert.Contains("arrives twice", (await rack.RackbootAsync("explain", "node-01")).Output, StringComparison.Ordinal);
        var counts = await cable.CutAsync();
        var twice = (await rack.Client.GetStatusAsync()).Counters["dhcp.arrived twice"];
        Assert.Single(await rack.Client.GetLeasesAsync());
        output.WriteLine($"{counts["doubled"]} frames sent twice, {twice} messages of DHCP noticed; {Times} boots of {Times}, 1 lease");
    }

    private static async Task<VirtualRack> StartAsync(string dhcp = "probe: off")
    {
        var rack = await TestRack.StartAsync($"{TestRack.Subnet}\ndhcp: {{ {dhcp} }}");
        foreach (var file in new[] { "kernel", "initramfs" })
            await rack.Client.PutAssetAsync($"talos/v1.0.0/amd64/{file}", new MemoryStream([1, 2, 3]));
        await rack.Client.PutProfileAsync(new Profile { Name = "default", Talos = new TalosRelease { Version = "v1.0.0" } });
        await rack.Client.PutMachineAsync(new Machine { Name = "node-01", Macs = [Mac], Profile = "default", Address = "10.20.0.30" });
        return rack;
    }
}
