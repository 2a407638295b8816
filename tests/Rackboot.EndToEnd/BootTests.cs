using Rackboot.Contracts;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd;

/// <summary>Real firmware boots, from power-on by the BMC to the machine's own report.</summary>
[Trait("Category", "Slow")]
public sealed class BootTests
{
    private static readonly TimeSpan BootTime = TimeSpan.FromMinutes(8);

    [Fact]
    public async Task Bios_Uefi_pxe_and_Uefi_http_machines_boot_with_their_own_configuration_report_and_keep_their_address()
    {
        await using var rack = await TestRack.StartAsync();
        await rack.ImportStandInAsync(TestRack.StandInCache);
        var machines = new[]
        {
            await rack.AddAsync("node-01", MachineFirmware.Bios, 1),
            await rack.AddAsync("node-02", MachineFirmware.UefiPxe, 2),
            await rack.AddAsync("node-03", MachineFirmware.UefiHttp, 3),
        };
        foreach (var machine in machines)
            await rack.DescribeAsync(machine, address: null);
        await rack.PowerAsync("on --all --boot network");

        string[] firmware = ["bios", "uefi-pxe", "uefi-http"];
        for (var i = 0; i < machines.Length; i++)
        {
            var boot = await rack.WaitForAsync(machines[i].Name, b => b.Outcome == BootOutcome.Succeeded, BootTime);
            Assert.Equal(firmware[i], boot.Firmware);
            Assert.Equal("amd64", boot.Architecture);
            Assert.True(boot.Stages.ContainsKey(BootStage.Configured));
            await machines[i].WaitForConsoleAsync("machine is running", TimeSpan.FromSeconds(20));
        }

        // One address a machine, though firmware, iPXE and system each showed a client identifier of their own.
        var leases = await rack.Client.GetLeasesAsync();
        Assert.Equal(3, leases.Count);
        var first = (await rack.Client.GetMachineAsync("node-02")).Value.Status!;
        Assert.Equal(PowerState.On, first.Power!.State);

        await rack.PowerAsync("cycle node-02 --boot network");
        var second = await rack.WaitForAsync("node-02", b => b.Outcome == BootOutcome.Succeeded && b.Id != first.LastBoot, BootTime);
        Assert.NotEqual(first.LastBoot, second.Id);
        Assert.Equal(first.Address, (await rack.Client.GetMachineAsync("node-02")).Value.Status!.Address);
        Assert.Equal(3, (await rack.Client.GetLeasesAsync()).Count);
        var explained = await rack.Client.ExplainAsync("node-02");
        Assert.StartsWith("node-02 booted default and reported", explained.Verdict, StringComparison.Ordinal);
        Assert.Contains("has shut down and is off", await rack.PowerAsync("soft node-01"), StringComparison.Ordinal);
        await rack.PowerAsync("off --all --yes");
        Assert.All(machines, m => Assert.False(rack.BmcOf(m).IsOn));
        Assert.All(await rack.Client.GetMachinesAsync(), m => Assert.Equal(PowerState.Off, m.Status!.Power!.State));
    }

    [Fact]
    public async Task Beside_another_dhcp_server_machines_boot_in_mode_proxy()
    {
        await using var rack = await TestRack.StartAsync("subnets: [{ subnet: 10.20.0.0/24, mode: proxy }]");
        await rack.ImportStandInAsync(TestRack.StandInCache);
        await using var other = await ClientNamespace.CreateAsync(rack.Network, "dns", "02:00:00:00:00:02", "10.20.0.2/24");
        var log = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "dnsmasq.log");
        using var dnsmasq = other.Start(log, "dnsmasq", "--no-daemon", "--conf-file=/dev/null", "--port=0", "--interface=eth0",
            "--bind-interfaces",
            "--dhcp-range=10.20.0.50,10.20.0.90,1h", "--dhcp-leasefile=/dev/null", "--log-dhcp", "--user=root");
        var machines =
            new[] { await rack.AddAsync("node-01", MachineFirmware.Bios, 1), await rack.AddAsync("node-02", MachineFirmware.UefiPxe, 2) };
        foreach (var machine in machines)
            await rack.DescribeAsync(machine, address: null);
        await rack.PowerAsync("on --all --boot network");
        foreach (var machine in machines)
            await rack.WaitForAsync(machine.Name, b => b.Outcome == BootOutcome.Succeeded, BootTime);
        Assert.Empty(await rack.Client.GetLeasesAsync());
    }

    [Fact]
    public async Task An_unknown_machine_under_policy_boot_boots_the_profile_that_the_policy_names()
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\nmachines: { unknown: boot, profile: default }");
        await rack.ImportStandInAsync(TestRack.StandInCache);
        var machine = await rack.AddAsync("stranger", MachineFirmware.Bios, 9);
        await rack.BmcOf(machine).BootFromNetworkAsync();
        var boot = await rack.WaitForAsync("discovered-525400000109", b => b.Outcome == BootOutcome.Succeeded, BootTime);
        Assert.False(boot.Stages.ContainsKey(BootStage.Configured));
        await machine.WaitForConsoleAsync("no talos.config: maintenance mode", TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task An_unknown_machine_under_policy_discover_shows_its_identity_and_boots_as_soon_as_it_is_described()
    {
        await using var rack = await TestRack.StartAsync(TestRack.Subnet + "\nmachines: { unknown: discover }");
        await rack.ImportStandInAsync(TestRack.StandInCache);
        var machine = await rack.AddAsync("node-09", MachineFirmware.Bios, 9);
        await rack.BmcOf(machine).BootFromNetworkAsync();
        await rack.WaitForAsync("discovered-525400000109", b => b.Outcome == BootOutcome.Waiting, BootTime);
        var discovered = (await rack.Client.GetMachineAsync("discovered-525400000109")).Value;
        Assert.Equal(MachineState.Discovered, discovered.Status!.State);
        Assert.Equal(machine.Serial, discovered.Status.SeenSerial);
        Assert.Equal(machine.Uuid, discovered.Status.SeenUuid);

        await rack.DescribeAsync(machine, "10.20.0.29");
        await rack.WaitForAsync("node-09", b => b.Outcome == BootOutcome.Succeeded, BootTime);
        await machine.WaitForConsoleAsync("waits: this machine has no document", TimeSpan.FromSeconds(20));
        Assert.Single(await rack.Client.GetMachinesAsync());
    }
}
