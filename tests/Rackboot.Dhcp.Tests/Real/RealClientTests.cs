using System.Text;

namespace Rackboot.Dhcp.Tests.Real;

/// <summary>Clients that others wrote, each in a network namespace of its own.</summary>
[Trait("Category", "Real")]
public sealed class RealClientTests
{
    // Puts the address on the interface, as a client's own script would, and leaves the host's resolver alone.
    private const string DhclientScript = """
        #!/bin/sh
        case "$reason" in
        BOUND|REBOOT|RENEW|REBIND) ip address replace "$new_ip_address/24" dev "$interface"; echo "$reason $new_ip_address" ;;
        PREINIT) ip link set "$interface" up ;;
        RELEASE|EXPIRE|STOP|FAIL) ip address flush dev "$interface" ;;
        esac
        """;

    private const string UdhcpcScript = """
        #!/bin/sh
        case "$1" in
        bound|renew) ip address replace "$ip/24" dev "$interface"; echo "$1 $ip router $router dns $dns" ;;
        deconfig) ip address flush dev "$interface" ;;
        esac
        """;

    [Fact]
    public void Udhcpc_gets_renews_and_releases_a_lease()
    {
        using var rack = new Rack("udhcpc");
        rack.Serve(leases: Path.Combine(rack.Directory, "leases"));
        var output = new StringBuilder();
        var client = rack.Start("c", "udhcpc", ["-f", "-i", "c0", "-s", Script(rack, UdhcpcScript), "-x", "hostname:node"], output);
        rack.WaitFor("lease 10.99.0.100 Bound");
        Wait(output, "bound 10.99.0.100");

        Signal(client, "USR1");
        Wait(output, "renew 10.99.0.100 router 10.99.0.254 dns 192.0.2.53");

        Signal(client, "USR2");
        rack.WaitFor("lease 10.99.0.100 Released");
        Assert.Equal([LeaseState.Bound, LeaseState.Bound, LeaseState.Released],
            FileStore.Read(Path.Combine(rack.Directory, "leases")).Select(l => l.State));
    }

    [Fact]
    public void Dhclient_gets_renews_reboots_and_releases_a_lease()
    {
        using var rack = new Rack("dhclient");
        rack.Serve(leaseSeconds: 4);
        string[] files = ["-lf", Path.Combine(rack.Directory, "dhclient.leases"), "-pf", Path.Combine(rack.Directory, "dhclient.pid"),
            "-sf", Script(rack, DhclientScript), "-cf", "/dev/null"];
        var output = new StringBuilder();
        var client = rack.Start("c", "dhclient", ["-d", "-v", .. files, "c0"], output);
        Wait(output, "BOUND 10.99.0.100");
        Wait(output, "RENEW 10.99.0.100");
        client.Kill(entireProcessTree: true);
        client.WaitForExit();

        var (_, again) = rack.In("c", "dhclient", ["-1", "-v", .. files, "c0"]);
        Assert.Contains("REBOOT 10.99.0.100", again);

        rack.In("c", "dhclient", ["-r", "-v", .. files, "c0"]);
        rack.WaitFor("lease 10.99.0.100 Released");
    }

    [Fact]
    public void Dhcpcd_gets_renews_and_releases_a_lease()
    {
        using var rack = new Rack("dhcpcd");
        rack.Ip("s", "link set s0 address 52:54:00:00:00:fe");
        rack.Serve(leaseSeconds: 60);
        var output = new StringBuilder();

        // Its state and control socket stand at fixed places: it gets its own.
        var client = rack.Start("c", "unshare", ["-m", "sh", "-c", "mount -t tmpfs tmpfs /var/lib/dhcpcd && mount -t tmpfs tmpfs /run && "
            + "exec dhcpcd -B -4 -d -f /dev/null -c /bin/true c0"], output);
        Wait(output, "leased 10.99.0.100");
        rack.WaitFor("Request Ack 10.99.0.100");

        SignalUntilTaken(client, "HUP", output);
        Wait(output, "rebinding lease of 10.99.0.100");
        Wait(output, "leased 10.99.0.100", times: 2);

        // It takes its address away behind its last message: an answer to ARP could come too late for that.
        rack.Ip("c", "neighbour replace 10.99.0.1 lladdr 52:54:00:00:00:fe dev c0");
        SignalUntilTaken(client, "ALRM", output);
        rack.WaitFor("lease 10.99.0.100 Released");
    }

    [Theory]
    [InlineData(ConflictProbe.Off, "10.97.0.100")]
    [InlineData(ConflictProbe.Auto, "10.97.0.101")]
    public void Clients_behind_dhcrelay_get_leases_of_their_own_network(ConflictProbe probe, string address)
    {
        using var rack = new Rack("dhcrelay", "udhcpc");
        rack.AddNamespace("r");
        rack.Connect("s", "s1", "r", "r0");
        rack.AddNamespace("far");
        rack.Connect("r", "r1", "far", "f0");
        rack.Ip("s", "address add 10.98.0.1/24 dev s1");
        rack.Ip("s", "route add 10.97.0.0/24 via 10.98.0.2");
        rack.Ip("r", "address add 10.98.0.2/24 dev r0");
        rack.Ip("r", "address add 10.97.0.1/24 dev r1");
        rack.Ip("r", "address add 10.97.0.100/24 dev r1"); // somebody uses the first address of the range
        rack.Serve("10.99.0.0/24=Dhcp=10.99.0.100-10.99.0.199 10.97.0.0/24=Dhcp=10.97.0.100-10.97.0.199", "s0,s1", probe: probe);
        rack.Start("r", "dhcrelay", ["-4", "-d", "-a", "-id", "r1", "-iu", "r0", "10.98.0.1"], new StringBuilder());

        var (_, output) = rack.In("far", "udhcpc", "-f", "-n", "-q", "-t", "10", "-T", "1", "-i", "f0", "-s", Script(rack, UdhcpcScript));

        Assert.Contains($"bound {address}", output);
        rack.WaitFor("relay=10.97.0.1 circuit=" + Convert.ToHexStringLower("r1"u8));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // a bridge takes another hardware address when a port joins
    public void An_address_that_somebody_uses_is_not_offered(bool bridgeChanges)
    {
        using var rack = new Rack("udhcpc");
        rack.AddNamespace("squatter");
        rack.Ip("s", "link add br0 type bridge");
        rack.Ip("s", "link set br0 up");
        rack.Connect("s", "s1", "squatter", "q0");
        rack.Ip("s", "address delete 10.99.0.1/24 dev s0");
        rack.Ip("s", "link set s0 master br0");
        rack.Ip("s", "link set s1 master br0");
        rack.Ip("s", "address add 10.99.0.1/24 dev br0");
        rack.Ip("squatter", "address add 10.99.0.100/24 dev q0");
        rack.Serve(interfaces: "br0", probe: ConflictProbe.Auto);
        if (bridgeChanges)
            rack.Ip("s", "link set br0 address 02:00:00:00:99:01");

        var (_, output) = rack.In("c", "udhcpc", "-f", "-n", "-q", "-i", "c0", "-s", Script(rack, UdhcpcScript));

        Assert.Contains("bound 10.99.0.101", output);
        rack.WaitFor("conflict 10.99.0.100");
    }

    [Fact]
    public void Pxe_roms_find_boot_data_on_both_ports()
    {
        using var rack = new Rack();
        rack.Ip("c", "address add 10.99.0.50/24 dev c0");
        rack.Serve("10.99.0.0/24=Proxy=10.99.0.100-10.99.0.199");

        Assert.Contains(
            "Offer from 10.99.0.1:67 yours 0.0.0.0 file boot.file class PXEClient", rack.Ask("255.255.255.255", 67, "discover"));
        Assert.Contains("Ack from 10.99.0.1:4011 yours 0.0.0.0 file boot.file class PXEClient", rack.Ask("10.99.0.1", 4011, "request"));
    }

    [Fact]
    public void A_proxy_beside_dnsmasq_learns_the_address_that_dnsmasq_gives()
    {
        using var rack = new Rack("dnsmasq", "udhcpc");
        rack.AddNamespace("d");
        rack.Ip("s", "link add br0 type bridge");
        rack.Ip("s", "link set br0 up");
        rack.Connect("s", "s1", "d", "d0");
        rack.Ip("s", "address delete 10.99.0.1/24 dev s0");
        rack.Ip("s", "link set s0 master br0");
        rack.Ip("s", "link set s1 master br0");
        rack.Ip("s", "address add 10.99.0.1/24 dev br0");
        rack.Ip("d", "address add 10.99.0.2/24 dev d0");
        rack.Serve("10.99.0.0/24=Proxy=10.99.0.100-10.99.0.199", "br0");
        rack.Start("d", "dnsmasq", ["-d", "-p", "0", "-C", "/dev/null", "-i", "d0", "-F", "10.99.0.150,10.99.0.150", "-l",
            Path.Combine(rack.Directory, "dnsmasq.leases")], new StringBuilder());

        var (_, output) = rack.In("c", "udhcpc", "-f", "-n", "-q", "-t", "10", "-T", "1", "-i", "c0", "-s", Script(rack, UdhcpcScript));

        Assert.Contains("bound 10.99.0.150", output);
        rack.WaitFor("other server 10.99.0.2 gave 10.99.0.150");
    }

    [Fact]
    public void After_kill_9_under_load_no_lease_is_lost_and_none_given_twice()
    {
        using var rack = new Rack("perfdhcp");
        var leases = Path.Combine(rack.Directory, "leases");
        const string Subnet = "10.99.0.0/16=Dhcp=10.99.1.0-10.99.8.255";
        rack.Ip("c", "address add 10.99.0.2/16 dev c0");
        for (var life = 1; life <= 3; life++)
        {
            var server = rack.Serve(Subnet, leases: leases);
            var load = rack.Start("c", "perfdhcp",
                ["-4", "-r", "400", "-R", "2000", "-p", "2", "-b", $"mac=00:0c:0{life}:00:00:00", "-l", "c0"], new StringBuilder());
            var before = Acked(rack).Count;
            while (Acked(rack).Count < before + 100)
                Thread.Sleep(5);
            Signal(server, "KILL");
            server.WaitForExit();
            load.Kill(entireProcessTree: true);

            var stored = FileStore.Read(leases).Select(l => (l.Address.ToString(), l.HardwareAddress)).ToHashSet();
            Assert.All(Acked(rack), ack => Assert.Contains(ack, stored));
            Assert.All(FileStore.Read(leases).GroupBy(l => l.Address), g => Assert.Single(g.Select(l => l.Holder).Distinct()));
            lock (rack.ServerOutput)
                rack.ServerOutput.Replace("ready\n", "killed\n"); // the next one says it again
        }
    }

    [Theory]
    [InlineData(ConflictProbe.Off)]
    [InlineData(ConflictProbe.Auto)]
    public void A_flood_neither_stops_the_server_nor_fills_its_memory(ConflictProbe probe)
    {
        using var rack = new Rack("perfdhcp", "udhcpc");
        rack.Ip("c", "address add 10.99.0.2/16 dev c0");
        rack.Ip("s", "address add 10.99.0.1/16 dev s0");
        var server = rack.Serve("10.99.0.0/16=Dhcp=10.99.1.0-10.99.255.250", probe: probe);

        rack.In("c", "perfdhcp", "-4", "-i", "-r", "20000", "-R", "1000000", "-p", "2", "-l", "c0");
        rack.In("c", "perfdhcp", "-4", "-i", "-r", "2000", "-R", "1000", "-p", "1", "-T", Junk(rack), "-l", "c0");
        rack.Ip("c", "address flush dev c0");
        var (_, output) = rack.In("c", "udhcpc", "-f", "-n", "-q", "-t", "10", "-T", "1", "-i", "c0", "-s", Script(rack, UdhcpcScript));

        Assert.True(
            output.Contains("bound 10.99.", StringComparison.Ordinal), output + rack.ServerText[^Math.Min(3000, rack.ServerText.Length)..]);
        var resident = File.ReadLines($"/proc/{server.Id}/status").First(l => l.StartsWith("VmRSS", StringComparison.Ordinal));
        Assert.True(int.Parse(resident.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) < 250_000, resident);
    }

    // A DISCOVER whose options run past its end, as perfdhcp's template: hexadecimal digits.
    private static string Junk(Rack rack)
    {
        var path = Path.Combine(rack.Directory, "junk");
        File.WriteAllText(path, Convert.ToHexStringLower(new ClientPacket(DhcpMessageType.Discover).BuildWith(12, 200, 1)));
        return path;
    }

    [Fact]
    public void The_server_finishes_when_told_to_stop()
    {
        using var rack = new Rack();
        var server = rack.Serve();
        Signal(server, "TERM");
        rack.WaitFor("stopped");
        Assert.True(server.WaitForExit(TimeSpan.FromSeconds(10)));
    }

    private static List<(string Address, string Mac)> Acked(Rack rack) =>
        [.. rack.ServerText.Split('\n').Where(l => l.StartsWith("Request Ack ", StringComparison.Ordinal)
            && l.Contains("relay=", StringComparison.Ordinal)).Select(l => l.Split(' ')).Select(w => (w[2], w[3]))];

    private static string Script(Rack rack, string text)
    {
        var path = Path.Combine(rack.Directory, "script");
        File.WriteAllText(path, text + "\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    // `ip netns exec` becomes the program it starts: the process is the client itself.
    private static void Signal(System.Diagnostics.Process process, string signal) =>
        System.Diagnostics.Process.Start("kill", ["-" + signal, $"{process.Id}"]).WaitForExit();

    // dhcpcd loses a signal that comes while it starts a process of its own.
    private static void SignalUntilTaken(System.Diagnostics.Process dhcpcd, string signal, StringBuilder output)
    {
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            Signal(dhcpcd, signal);
            for (var looks = 0; looks < 50; looks++, Thread.Sleep(20))
                if (HasSaid(output, "received SIG" + signal))
                    return;
        }

        Assert.Fail($"dhcpcd did not take SIG{signal}:\n{output}");
    }

    private static bool HasSaid(StringBuilder output, string text, int times = 1)
    {
        lock (output)
            return output.ToString().Split(text).Length > times;
    }

    private static void Wait(StringBuilder output, string text, int times = 1)
    {
        var until = System.Diagnostics.Stopwatch.StartNew();
        while (!HasSaid(output, text, times))
        {
            Assert.True(until.Elapsed < TimeSpan.FromSeconds(20), $"the client did not say \"{text}\":\n{output}");
            Thread.Sleep(20);
        }
    }
}
