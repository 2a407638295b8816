using System.Net;
using System.Net.Sockets;
using Rackboot.Contracts;
using Rackboot.Redfish.Tests.Server;
using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What goes wrong with power: most of it against a Redfish service over HTTPS.</summary>
internal static class PowerFaults
{
    private const string Section = "Power and BMCs";

    public static IEnumerable<Fault> All =>
    [
        new(Section, "The BMC refuses the login", "power-action-failed",
            "node-01: power on failed 40 s ago: redfish 10.40.0.21 refused credential bmc 2 times; all attempts stop, so that the "
            + "account is not locked; change the credential or the bmc of node-01: rackboot apply -f FILE.", async rack =>
        {
            await using var bmc = await BmcAsync(rack, "wrong");
            await rack.PowerAsync(Node, PowerAction.On);
            await rack.PowerAsync(Node, PowerAction.On);
            await rack.PowerAsync(Node, PowerAction.On);
            rack.Clock.Pass(40);
            return Node;
        }, RealBmcs: true) { Remedy = "Correct credential bmc" },
        new(Section, "The BMC does not answer", "power-action-failed",
            "node-01: power on failed 40 s ago: 10.40.0.21: cannot connect; check the address, the BMC's power and network, and "
            + "that its web server is enabled.", async rack =>
        {
            await DescribeAsync(rack, FreePort(), RedfishServer.Password);
            await rack.PowerAsync(Node, PowerAction.On);
            rack.Clock.Pass(40);
            return Node;
        }, RealBmcs: true) { Remedy = "rackboot bmc probe 127.0.0.0/24" },
        new(Section, "The BMC forgets the boot override", "power-action-failed",
            "node-01: power on failed 41 s ago: 10.40.0.21: the BMC agreed, but after 10 s the boot override is none, not Pxe "
            + "Once; set it again, set it while the machine is off, or, if the BMC turns Once into Continuous, set Continuous and "
            + "disable it after the boot.", async rack =>
        {
            await using var bmc = await BmcAsync(rack);
            bmc.Mood.LosesBootOverride = true;
            var asking = rack.PowerAsync(Node, PowerAction.On, BootTarget.Network);
            for (; !asking.IsCompleted; rack.Clock.Pass(0.5))
                await Task.Delay(20);
            await asking;
            rack.Clock.Pass(40);
            return Node;
        }, RealBmcs: true) { Remedy = "rackboot bmc boot node-01" },
        new(Section, "The machine is off", "off", "node-01 is off according to its BMC (12 s ago).", async rack =>
        {
            await using var bmc = await BmcAsync(rack);
            await rack.PowerAsync(Node, PowerAction.Status);
            rack.Clock.Pass(12);
            return Node;
        }, RealBmcs: true) { Remedy = "rackboot power on node-01 --boot network" },
        new(Section, "The machine was powered off during its boot", "off", "node-01 is off according to its BMC (0 s ago).",
            async rack =>
        {
            await FirmwareFaults.Usual(rack);
            await using var bmc = await BmcAsync(rack);
            rack.Firmware(A);
            rack.Clock.Pass(60);
            await rack.PowerAsync(Node, PowerAction.Status);
            return Node;
        }, RealBmcs: true) { Remedy = "rackboot power on node-01 --boot network" },
        new(Section, "The machine was started and does not boot from the network", "no-network-boot",
            "node-01 was started 5 min ago and has not asked for an address: most likely it does not boot from the network.", async rack =>
        {
            await using var bmc = await BmcAsync(rack);
            bmc.Mood.PowerDelay = TimeSpan.Zero;
            await rack.PowerAsync(Node, PowerAction.On);
            rack.Clock.Pass(300);
            return Node;
        }, RealBmcs: true) { Remedy = "rackboot bmc boot node-01" },
        new(Section, "The machine was just started", "powered-on",
            "node-01 was started 20 s ago and has not asked for an address yet; firmware takes up to 3 min.", async rack =>
        {
            await using var bmc = await BmcAsync(rack);
            bmc.Mood.PowerDelay = TimeSpan.Zero;
            await rack.PowerAsync(Node, PowerAction.On);
            rack.Clock.Pass(20);
            return Node;
        }, RealBmcs: true),
    ];

    private static async Task<RedfishServer> BmcAsync(FaultRack rack, string password = RedfishServer.Password)
    {
        var server = await RedfishServer.StartAsync("plain", TimeProvider.System);
        await DescribeAsync(rack, server.Address.Port, password);
        return server;
    }

    private static async Task DescribeAsync(FaultRack rack, int port, string password)
    {
        await rack.ProfileAsync();
        await rack.Client.PutAsync(ApiPaths.Credentials, "bmc",
            $$"""{"name":"bmc","username":"{{RedfishServer.User}}","password":"{{password}}"}""");
        await rack.DescribeAsync(Node, A,
            $$""","profile":"default","bmc":{"driver":"redfish","address":"127.0.0.1","port":{{port}},"credential":"bmc"}""");
    }

    private static int FreePort()
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        probe.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)probe.LocalEndPoint!).Port;
    }
}
