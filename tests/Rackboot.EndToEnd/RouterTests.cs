using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Network;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>Machines and hosts that ask for an IPv6 router where there is none, and where there is one.</summary>
public sealed partial class RouterTests
{
    private const string Mac = "52:54:00:00:03:01";
    private const string Advertising = "rackboot_router_advertising{interface=\"rack0\"}";
    private const string Begins = "there is no IPv6 router";
    private const string Ends = "sends advertisements; this appliance stops sending its own";

    private static readonly TimeSpan BootTime = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // iPXE of 2021 asks for 15 s by its own clock.
    private static readonly TimeSpan ShortestWaitOfIpxe = TimeSpan.FromSeconds(13), LongestWithoutWait = TimeSpan.FromSeconds(10);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Ipxe_does_not_wait_for_a_router_that_is_not_there_and_waits_where_the_subnet_says_that_nobody_answers()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.ImportStandInAsync(TestRack.StandInCache);
        var machine = await rack.AddAsync("node-01", MachineFirmware.Bios, 1);
        await rack.DescribeAsync(machine, "10.20.0.21");
        await EventAsync(rack, Begins);
        Assert.InRange(await WaitOfIpxeAsync(rack), TimeSpan.Zero, LongestWithoutWait);

        var configuration = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "rackboot.yaml");
        var settings = await File.ReadAllTextAsync(configuration);
        await File.WriteAllTextAsync(
            configuration, settings.Replace("    lease: 1h", "    lease: 1h\n    routerAdvertisements: false", StringComparison.Ordinal));
        await rack.ReloadDaemonAsync();
        await SilentAsync(rack);
        Assert.InRange(await WaitOfIpxeAsync(rack), ShortestWaitOfIpxe, BootTime);
    }

    [Theory]
    [InlineData("0", "1")] // a host
    [InlineData("1", "2")] // a host that forwards, as a node of Kubernetes does, and accepts advertisements all the same
    public async Task A_linux_host_hears_the_advertisement_and_gets_neither_an_address_nor_a_route(string forwarding, string acceptRa)
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await host.ExecAsync(
            "sysctl", "-q", "-w", $"net.ipv6.conf.all.forwarding={forwarding}", $"net.ipv6.conf.eth0.accept_ra={acceptRa}");
        await EventAsync(rack, Begins);
        await Wait.UntilAsync(async () => await HeardAsync(host) >= 2, "the host has heard two advertisements");

        Assert.DoesNotMatch("inet6 (?!fe80:)", await AddressesAsync(host));
        Assert.Equal("", await host.IpAsync("-6", "route", "show", "default"));
        var routes = await host.IpAsync("-6", "route", "show", "dev", ClientNamespace.Card);
        Assert.StartsWith("fe80::/64 ", Assert.Single(routes.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_router_speaks_the_appliance_is_silent_until_the_router_has_ended()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        await EventAsync(rack, Begins);
        await using var other = await ClientNamespace.CreateAsync(rack.Network, "r", "02:00:00:00:00:09");
        long silent;
        using (var radvd = await RadvdAsync(rack, other))
        {
            var said = await EventAsync(rack, Ends);
            silent = said.Id;
            Assert.Contains(await LinkLocalAsync(other), said.Text, StringComparison.Ordinal);
            var before = await AdvertisementsAsync(rack);
            await AskAgainAsync(host);
            await Wait.UntilAsync(async () => (await AddressesAsync(host)).Contains("2001:db8:1:", StringComparison.Ordinal),
                "the host has an address of the router's prefix");
            Assert.Contains(await LinkLocalAsync(other), await host.IpAsync("-6", "route", "show", "default"), StringComparison.Ordinal);
            Assert.Equal(before, await AdvertisementsAsync(rack));
            Assert.Contains(Advertising + " 0", await MetricsAsync(rack), StringComparison.Ordinal);

            await other.ExecAsync("kill", "-TERM", $"{radvd.Id}");
            await radvd.WaitForExitAsync();
        }

        await EventAsync(rack, Begins, after: silent);
    }

    [Fact]
    public async Task Where_there_is_a_router_already_the_appliance_never_speaks_and_one_from_another_link_is_none()
    {
        await using var rack = await TestRack.StartAsync();
        await using var other = await ClientNamespace.CreateAsync(rack.Network, "r", "02:00:00:00:00:09");
        using (var radvd = await RadvdAsync(rack, other))
        {
            await EventAsync(rack, Ends);
            Assert.Equal(0, await AdvertisementsAsync(rack));
            await other.ExecAsync("kill", "-TERM", $"{radvd.Id}");
            await radvd.WaitForExitAsync();
        }

        await EventAsync(rack, Begins);
        const string forged = "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6); "
            + "s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 64); "
            + "s.sendto(bytes.fromhex('86000000400007080000000000000000'), ('ff02::1', 0, 0, socket.if_nametoindex('eth0')))";
        Assert.Equal((0, "", ""), await other.ExecAsync("python3", "-c", forged));
        const string counted = "{event=\"dropped (it comes from another link)\"} 1";
        await Wait.UntilAsync(
            async () => (await MetricsAsync(rack)).Contains(counted, StringComparison.Ordinal), "the forged advertisement is counted");
        Assert.Contains(Advertising + " 1", await MetricsAsync(rack), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interface_that_goes_down_and_comes_back_is_listened_on_before_it_is_spoken_on()
    {
        await using var rack = await TestRack.StartAsync();
        await using var host = await ClientNamespace.CreateAsync(rack.Network, "a", Mac);
        var first = await EventAsync(rack, Begins);
        await rack.Network.IpAsync("link", "set", NetworkNamespace.Bridge, "down");
        await SilentAsync(rack);
        await rack.Network.IpAsync("link", "set", NetworkNamespace.Bridge, "up");
        var second = await EventAsync(rack, Begins, after: first.Id);
        Assert.True(second.Time - first.Time > TimeSpan.FromSeconds(9));
    }

    private static async Task<TimeSpan> WaitOfIpxeAsync(VirtualRack rack)
    {
        var last = (await rack.Client.GetMachineAsync("node-01")).Value.Status?.LastBoot;
        await rack.PowerAsync("cycle node-01 --boot network");
        var boot = await rack.WaitForAsync("node-01", b => b.Id != last && b.Stages.ContainsKey(BootStage.Script), BootTime);
        return boot.Stages[BootStage.Script] - boot.Stages[BootStage.Ipxe];
    }

    // A router for 2001:db8:1::/64, as it is set up on any Linux box.
    private static async Task<Process> RadvdAsync(VirtualRack rack, ClientNamespace host)
    {
        var directory = Path.GetDirectoryName(rack.DaemonLog)!;
        await host.ExecAsync("sysctl", "-q", "-w", "net.ipv6.conf.all.forwarding=1");
        await File.WriteAllTextAsync($"{directory}/radvd.conf",
            """
            interface eth0 {
                AdvSendAdvert on;
                MinRtrAdvInterval 3;
                MaxRtrAdvInterval 4;
                prefix 2001:db8:1::/64 { };
            };

            """);
        await Wait.UntilAsync(
            async () => !(await AddressesAsync(host)).Contains("tentative", StringComparison.Ordinal), "the host may use its address");
        string[] files = ["-C", $"{directory}/radvd.conf", "-p", $"{directory}/radvd.pid"];
        return host.Start($"{directory}/radvd.log", ["radvd", "-n", "-m", "stderr", .. files]);
    }

    // The kernel asks for a router when the card comes up.
    private static async Task AskAgainAsync(ClientNamespace host)
    {
        await host.IpAsync("link", "set", ClientNamespace.Card, "down");
        await host.IpAsync("link", "set", ClientNamespace.Card, "up");
    }

    private static async Task<string> LinkLocalAsync(ClientNamespace host) =>
        Address().Match(await AddressesAsync(host)).Groups[1].Value;

    private static Task<string> AddressesAsync(ClientNamespace host) => host.IpAsync("-6", "address", "show", "dev", ClientNamespace.Card);

    // Router advertisements that the kernel of the host took in.
    private static async Task<int> HeardAsync(ClientNamespace host) =>
        Number((await host.ExecAsync("cat", $"/proc/net/dev_snmp6/{ClientNamespace.Card}")).Output, @"Icmp6InRouterAdvertisements\s+(\d+)");

    private static async Task<int> AdvertisementsAsync(VirtualRack rack) =>
        Number(await MetricsAsync(rack), @"ra_events_total{event=""advertisement to all""} (\d+)");

    private static int Number(string text, string pattern) =>
        Regex.Match(text, pattern) is { Success: true } match ? int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) : 0;

    private static async Task<Event> EventAsync(VirtualRack rack, string text, long after = 0)
    {
        using var limit = new CancellationTokenSource(Patience);
        await foreach (var e in rack.Client.WatchAsync(after, limit.Token))
            if (e.Kind == "network.router" && e.Text.Contains(text, StringComparison.Ordinal))
                return e;
        throw new InvalidOperationException("the events ended");
    }

    private static Task<string> MetricsAsync(VirtualRack rack) =>
        Tool.RunAsync("curl", "-s", "--unix-socket", rack.Socket, "http://rackboot/metrics");

    private static Task SilentAsync(VirtualRack rack) => Wait.UntilAsync(
        async () => (await MetricsAsync(rack)).Contains(Advertising + " 0", StringComparison.Ordinal), "the appliance does not advertise");

    [GeneratedRegex(@"inet6 (fe80:\S+)/64")]
    private static partial Regex Address();
}
