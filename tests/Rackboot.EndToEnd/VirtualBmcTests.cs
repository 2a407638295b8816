using System.Net.Sockets;
using System.Text;
using Rackboot.Contracts;
using Rackboot.Lab;
using Rackboot.Lab.Bmc;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Rack;
using Rackboot.Tests.Shared;

namespace Rackboot.EndToEnd;

/// <summary>The virtual rack's machines are QEMU processes behind OpenIPMI's simulator: switching one is switching its process.</summary>
public sealed class VirtualBmcTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(6);

    [Fact]
    public async Task A_machine_is_on_while_its_process_runs_and_boots_from_its_disk_when_nothing_else_was_asked()
    {
        await using var rack = await TestRack.StartAsync();
        var machine = await AddAsync(rack);
        var bmc = rack.BmcOf(machine);
        Assert.Equal("node-01  off      is off\n", await rack.PowerAsync("status node-01"));

        await rack.PowerAsync("on node-01");
        var process = bmc.Process;
        Assert.True(bmc.IsOn);
        await machine.WaitForConsoleAsync("No bootable device", Patience);
        Assert.Equal("node-01  on       is on\n", await rack.PowerAsync("status node-01"));
        Assert.Contains("was already on", await rack.PowerAsync("on node-01"), StringComparison.Ordinal);

        // A reset is no new start: the process stays, and says its words a second time.
        await rack.PowerAsync("reset node-01");
        await Wait.UntilAsync(() => File.ReadAllText(machine.SerialLog).Split("No bootable device").Length == 3,
            "the machine has started over", Patience);
        Assert.Equal(process, bmc.Process);
        Assert.Empty(await rack.Client.GetBootsAsync("node-01"));

        await rack.PowerAsync("cycle node-01");
        Assert.NotEqual(process, bmc.Process);
        Assert.True(bmc.IsOn);
        await Tool.RunAsync("kill", "-9", $"{bmc.Process}");
        await Wait.UntilAsync(() => !bmc.IsOn, "the killed process has ended", Patience);
        Assert.Equal("node-01  off      is off\n", await rack.PowerAsync("status node-01"));

        await rack.PowerAsync("on node-01");
        await rack.PowerAsync("off node-01");
        Assert.False(bmc.IsOn);
    }

    [Fact]
    public async Task Boot_once_from_the_network_holds_for_one_start()
    {
        await using var rack = await TestRack.StartAsync();
        var machine = await AddAsync(rack);
        await rack.PowerAsync("on node-01 --boot network");
        await rack.WaitForAsync("node-01", b => b.Stage >= BootStage.Ipxe, Patience);
        Assert.Contains(
            "No override", await rack.BmcOf(machine).IpmitoolAsync("chassis", "bootparam", "get", "5"), StringComparison.Ordinal);

        // At the next reset the firmware has its usual order again.
        await rack.PowerAsync("reset node-01");
        await machine.WaitForConsoleAsync("No bootable device", Patience);

        // Asked for with the reset, it is the network once more. That is a new start, which comes a moment after the BMC has said yes.
        await rack.PowerAsync("reset node-01 --boot network");
        await Wait.UntilAsync(() => File.Exists(machine.SerialLog) && !File.ReadAllText(machine.SerialLog).Contains(
            "No bootable device", StringComparison.Ordinal), "the machine has started anew", Patience);
        await machine.WaitForConsoleAsync("Configuring (net0", Patience);
        Assert.DoesNotContain("No bootable device", await File.ReadAllTextAsync(machine.SerialLog), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_serial_console_is_there_over_lan_and_as_a_socket_while_the_machine_goes_off_and_on()
    {
        await using var rack = await TestRack.StartAsync();
        var machine = await AddAsync(rack);
        var bmc = rack.BmcOf(machine);
        var transcript = Path.Combine(Path.GetDirectoryName(rack.DaemonLog)!, "sol");

        // ipmitool wants a terminal, which script(1) gives it.
        using var sol = Tool.StartInBackground("/dev/null", "ip", "netns", "exec", rack.Network.Name, "script", "-qfc",
            $"ipmitool -I lanplus -C 3 -H {bmc.Address} -U {VirtualBmc.User} -P {VirtualBmc.Password} sol activate", transcript);
        await Wait.ForTextAsync(transcript, "SOL Session operational");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(bmc.Console));
        using var limit = new CancellationTokenSource(Patience);
        for (var start = 1; start <= 2; start++)
        {
            await rack.PowerAsync("cycle node-01");
            var said = "";
            var buffer = new byte[4096];
            while (!said.Contains("No bootable device", StringComparison.Ordinal))
                said += Encoding.Latin1.GetString(buffer, 0, await socket.ReceiveAsync(buffer, limit.Token));
            await Wait.UntilAsync(() => File.ReadAllText(transcript).Split("No bootable device").Length == start + 1,
                $"start {start} shows over LAN", Patience);
        }
    }

    [Fact]
    public async Task A_bmc_that_crashes_comes_back_and_its_machine_runs_on()
    {
        await using var rack = await TestRack.StartAsync();
        var machine = await AddAsync(rack);
        await rack.PowerAsync("on node-01");
        var bmc = rack.BmcOf(machine);
        var process = bmc.Process;

        // Get Channel Payload Support of the channel that the question comes in on: this simulator does not survive it.
        await Assert.ThrowsAsync<LabException>(() => bmc.IpmitoolAsync("-N", "1", "-R", "1", "raw", "6", "0x4e", "0x0e"));
        await Wait.UntilAsync(() => bmc.Starts == 2, "the BMC has come back", Patience);
        await Wait.UntilAsync(async () => (await rack.RackbootAsync("power", "status", "node-01")).Output == "node-01  on       is on\n",
            "rackbootd reaches the BMC again", Patience);
        Assert.Equal(process, bmc.Process);
        Assert.True(bmc.IsOn);
    }

    // A BIOS machine that has nothing to do.
    private static async Task<QemuMachine> AddAsync(VirtualRack rack)
    {
        var machine = await rack.AddAsync("node-01", MachineFirmware.Bios, 1);
        await rack.Client.PutCredentialAsync(VirtualRack.BmcCredential);
        await rack.Client.PutMachineAsync(rack.Describe(machine, "10.20.0.21") with { Profile = null });
        return machine;
    }
}
