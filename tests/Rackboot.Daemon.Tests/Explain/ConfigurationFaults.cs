using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Machines;
using Rackboot.Dhcp;
using static Rackboot.Daemon.Tests.Explain.Faults;

namespace Rackboot.Daemon.Tests.Explain;

/// <summary>What goes wrong with machine configurations.</summary>
internal static partial class ConfigurationFaults
{
    private const string Section = "Machine configurations";
    private const string Config = ""","profile":"default","machineConfig":{"content":"version: v1alpha1\nmachine: {type: worker}\n"}""";

    public static IEnumerable<Fault> All =>
    [
        new(Section, "The machine is not armed for provisioning", "blocked",
            "node-01 did not get past stage script: it is not armed for provisioning (5 s ago).", async rack =>
        {
            await ConfiguredAsync(rack);
            await rack.Client.ProvisionAsync(new ProvisionOrder { Machines = [Node], Cancel = true });
            await rack.ToScriptAsync(A);
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "rackboot provision node-01" },
        new(Section, "The system does not reach the boot HTTP port", "configuration-not-fetched",
            "node-01 had its address in its own system 40 s ago, longer than usual, and did not fetch its machine configuration: most "
            + "likely TCP port 80 does not reach this appliance.", async rack =>
        {
            await ConfiguredAsync(rack);
            await TokenAsync(rack);
            rack.System(A);
            rack.Clock.Pass(40);
            return Node;
        }) { Remedy = "TCP port 80" },
        new(Section, "A system that only renews its lease", "configuration-not-fetched",
            "node-01 has stopped. It had its address in its own system 10 min ago and did not fetch its machine configuration (and has "
            + "asked for it 10 times since): most likely TCP port 80 does not reach this appliance.", async rack =>
        {
            await ConfiguredAsync(rack);
            await TokenAsync(rack);
            for (var i = 0; i < 10; i++, rack.Clock.Pass(60))
            {
                rack.System(A);
                rack.Tick();
            }

            return Node;
        }) { Remedy = "TCP port 80" },
        new(Section, "Another card of the machine requests the configuration", "configuration-wrong-card",
            "node-01 did not get past stage kernel: machine configuration refused to 10.20.0.100: the request names MAC "
            + "52:54:00:00:00:02, which is not a card of node-01 (5 s ago).", async rack =>
        {
            await ConfiguredAsync(rack);
            var (address, token) = await TokenAsync(rack);
            await rack.GetAsync(address, $"/config/{token}?uuid=&mac={B}");
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "macs of node-01" },
        new(Section, "The board was swapped", "configuration-wrong-uuid",
            "node-01 did not get past stage kernel: machine configuration refused to 10.20.0.100: the request names UUID "
            + "4c4c4544-0034-3510-8052-b4c04f4a3699, which is not the UUID of node-01 (5 s ago).", async rack =>
        {
            await rack.ProfileAsync();
            await rack.DescribeAsync(Node, A, ""","uuid":"4c4c4544-0034-3510-8052-b4c04f4a3632" """ + Config);
            var (address, token) = await TokenAsync(rack);
            await rack.GetAsync(address, $"/config/{token}?uuid=4c4c4544-0034-3510-8052-b4c04f4a3699&mac={A}");
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "uuid of node-01" },
        new(Section, "Another address requests the configuration", "configuration-wrong-address",
            "node-01: its machine configuration was refused to 10.20.0.177, which sent the right token: 10.20.0.177 is not leased "
            + "to node-01; if its document was deleted and applied again, power it on again (40 s ago).", async rack =>
        {
            await ConfiguredAsync(rack);
            var (_, token) = await TokenAsync(rack);
            rack.System(A);
            await rack.GetAsync("127.20.0.177", $"/config/{token}?uuid=&mac={A}");
            rack.Clock.Pass(40);
            return Node;
        }) { Remedy = "keep its lease" },
        new(Section, "A request for the configuration after the grace period", "configuration-after-grace",
            "node-01 did not get past stage configured: machine configuration refused to 10.20.0.100: it was delivered at 03:04:07, "
            + "and the grace period for retries (120 s) is over (5 s ago).", async rack =>
        {
            await ConfiguredAsync(rack);
            var (address, token) = await TokenAsync(rack);
            await rack.GetAsync(address, $"/config/{token}?uuid=&mac={A}");
            rack.Clock.Pass(900);
            await rack.GetAsync(address, $"/config/{token}?uuid=&mac={A}");
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "rackboot provision node-01" },
        new(Section, "Silence after the configuration was delivered", "no-report",
            "node-01 had its machine configuration 60 s ago, longer than usual, and did not report: most likely it installs, or TCP "
            + "port 4514 does not reach this appliance.", async rack =>
        {
            await DeliveredAsync(rack);
            rack.Clock.Pass(60);
            return Node;
        }) { Remedy = "TCP port 4514" },
        new(Section, "A machine that restarts after its configuration was delivered", "boot-loop",
            "node-01 restarted 6 times in 104 s, each time after its configuration was delivered.", async rack =>
        {
            await rack.ProfileAsync(more: ""","configuration":"always" """);
            await rack.DescribeAsync(Node, A, Config);
            for (var i = 0; i < 6; i++, rack.Clock.Pass(15))
            {
                var (address, token) = await TokenAsync(rack);
                await rack.GetAsync(address, $"/config/{token}?uuid=&mac={A}");
            }

            rack.Firmware(A);
            rack.Clock.Pass(2);
            return Node;
        }) { Remedy = "rackboot console node-01" },
        new(Section, "A stored machineConfig that is not YAML", "configuration-no-yaml",
            "node-01 has a machine configuration that Talos cannot read: it is not YAML: it ends in the middle of a "
            + "structure.", async rack =>
        {
            await rack.ProfileAsync();
            var secret = new Secret("machine: {type: worker\ncluster: [");
            var spec = new MachineSpec { Macs = [Mac(A)], Profile = "default",
                Config = new MachineConfigDigest(secret.Sha256, secret.Length) };
            Assert.Null((await rack.Machines.Inventory.PutMachineAsync(Node, spec, secret, null, dryRun: false)).Refusal);
            var (address, token) = await TokenAsync(rack);
            await rack.GetAsync(address, $"/config/{token}?uuid=&mac={A}");
            rack.Clock.Pass(60);
            return Node;
        }) { Remedy = "correct its machineConfig" },
        new(Section, "Another host requests the machine's script", "script-refused",
            "node-01: its boot script was refused to 10.20.0.177: 10.20.0.177 is not leased to node-01; if its document was "
            + "deleted and applied again, power it on again (5 s ago).", async rack =>
        {
            await ConfiguredAsync(rack);
            await rack.GetAsync("127.20.0.177", $"/ipxe?mac={A}&uuid=&serial=&platform=efi&buildarch=x86_64");
            rack.Clock.Pass(5);
            return Node;
        }) { Remedy = "in one boot" },
    ];

    public static async Task ConfiguredAsync(FaultRack rack)
    {
        await rack.ProfileAsync();
        await rack.DescribeAsync(Node, A, Config);
    }

    /// <summary>A boot until its configuration was delivered.</summary>
    /// <returns>The machine's address.</returns>
    public static async Task<string> DeliveredAsync(FaultRack rack)
    {
        await ConfiguredAsync(rack);
        var (address, token) = await TokenAsync(rack);
        rack.Clock.Pass(10);
        rack.System(A);
        Assert.Contains("v1alpha1", await rack.GetAsync(address, $"/config/{token}?uuid=&mac={A}"), StringComparison.Ordinal);
        return address;
    }

    private static async Task<(string Address, string Token)> TokenAsync(FaultRack rack)
    {
        var address = await rack.ToIpxeAsync(A);
        var script = await rack.ScriptAsync(A, address);
        await rack.KernelAsync(address);
        return (address, Token().Match(script).Groups[1].Value is { Length: > 0 } token ? token
            : throw new InvalidOperationException(script));
    }

    private static MacAddress Mac(string text) => MacAddress.TryParse(text, out var mac) ? mac : throw new ArgumentException(text);

    [GeneratedRegex("/config/([A-Za-z0-9_-]+)")]
    private static partial Regex Token();
}
