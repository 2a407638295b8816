using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

public sealed class DhcpBootTests
{
    private const string A = "52:54:00:00:00:0a", B = "52:54:00:00:00:0b";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task A_machine_that_nothing_can_boot_has_one_boot_that_failed_however_often_it_asks()
    {
        await using var rack = Rack.Start();
        rack.See(A);
        for (var i = 0; i < 3; i++)
        {
            rack.Dhcp.Decide(Firmware(A));
            rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Offer, At, null);
            rack.Clock.Pass(1);
        }

        var boot = Assert.Single(rack.Boots.Newest());
        Assert.Equal(BootOutcome.Failed, boot.Outcome);
        Assert.Contains("there is no iPXE binary", boot.Now, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_boot_that_failed_runs_again_once_the_machine_gets_further()
    {
        await using var rack = Rack.Start();
        rack.Dhcp.Decide(Firmware(A));
        var machine = rack.Inventory.Fleet.Machines.Single();
        rack.Boots.Note(machine, BootStage.Program, "tftp", "fetches iPXE");
        Assert.Equal(BootOutcome.Running, rack.Boots.Current(machine.Id)!.Outcome);
    }

    [Fact]
    public async Task A_boot_that_failed_runs_again_once_there_is_a_boot_file_for_the_machine()
    {
        await using var rack = Rack.Start();
        rack.See(A);
        rack.Dhcp.Decide(Firmware(A));
        await rack.ImportAsync("ipxe/amd64/snponly.efi", "ipxe");
        var boot = rack.Dhcp.Decide(Firmware(A)).Boot!;
        rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Offer, At, boot.FileName);
        var now = Assert.Single(rack.Boots.Newest());
        Assert.Equal(BootOutcome.Running, now.Outcome);
        Assert.Contains("boot file ipxe/amd64/snponly.efi", now.Now, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_read_again_after_the_machine_has_gone_on_is_no_other_boot()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var firmware = Firmware(A) with { TransactionId = 7 };
        var ipxe = Firmware(A) with { TransactionId = 8, IsPxe = false, IsIpxe = true };
        foreach (var client in new[] { firmware, ipxe })
        {
            rack.Dhcp.Answered(client, DhcpMessageType.Offer, At, "file");
            rack.Dhcp.Answered(client, DhcpMessageType.Ack, At, "file");
        }

        rack.Boots.Note(machine, BootStage.Kernel, "http", "fetches its kernel");
        rack.Dhcp.Answered(ipxe, DhcpMessageType.Ack, At, "file");
        rack.Dhcp.Answered(firmware, DhcpMessageType.Ack, At, "file");
        Assert.Equal(BootStage.Kernel, Assert.Single(rack.Boots.Newest()).Stage);

        // Firmware that makes its transaction of its address begins its next boot with the same one.
        rack.Dhcp.Answered(firmware, DhcpMessageType.Offer, At, "file");
        rack.Dhcp.Answered(firmware, DhcpMessageType.Ack, At, "file");
        Assert.Equal(2, rack.Boots.Newest().Count);
    }

    [Fact]
    public async Task A_client_with_a_group_address_gets_an_address_and_no_boot_file()
    {
        await using var rack = Rack.Start();
        await rack.ImportAsync("ipxe/amd64/snponly.efi", "ipxe");
        Assert.Null(rack.Dhcp.Decide(Firmware("01:00:5e:00:00:01")).Boot);
        Assert.Null(rack.Dhcp.Decide(Firmware("01:00:5e:00:00:01") with { IsPxe = false, IsIpxe = true }).Boot);
        Assert.Null(rack.Dhcp.Decide(Firmware("")).Holder);
    }

    [Fact]
    public async Task An_address_that_was_declined_is_nobodys()
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        var lease = new Lease
        {
            Address = At,
            State = LeaseState.Bound,
            Holder = DhcpBoot.HolderOf(machine.Id),
            HardwareAddress = A,
            Subnet = "10.20.0.0/24",
            Since = rack.Clock.Now,
            Expires = rack.Clock.Now.AddHours(1),
        };
        rack.Dhcp.LeaseChanged(lease);
        Assert.Equal(machine.Id, rack.Addresses.At(At));
        rack.Dhcp.LeaseChanged(lease with { State = LeaseState.Declined, Holder = "", HardwareAddress = "" });
        Assert.Null(rack.Addresses.At(At));
    }

    [Fact]
    public async Task Only_addresses_of_the_subnet_are_overheard()
    {
        await using var rack = Rack.Start();
        var proxy = Rack.Subnet with { Mode = SubnetMode.Proxy };
        rack.See(A);
        foreach (var (address, known) in new[] { ("203.0.113.7", false), ("10.20.0.77", true) })
        {
            var client =
                Firmware(A) with { Subnet = proxy, ClientAddress = IPAddress.Parse(address), RequestedAddress = IPAddress.Parse(address) };
            rack.Dhcp.Answered(client, DhcpMessageType.Ack, IPAddress.Any, null);
            rack.Dhcp.OtherServerChosen(client, IPAddress.Parse("10.20.0.2"));
            Assert.Equal(known, rack.Addresses.At(IPAddress.Parse(address)) is not null);
        }
    }

    [Fact]
    public async Task Each_program_of_a_boot_gets_what_comes_next()
    {
        await using var rack = Rack.Start();
        rack.See(A);
        await rack.ImportAsync("ipxe/amd64/snponly.efi", "ipxe");
        Assert.Equal("ipxe/amd64/snponly.efi", rack.Dhcp.Decide(Firmware(A)).Boot!.FileName);
        Assert.Equal("http://10.20.0.1/assets/ipxe/amd64/snponly.efi", rack.Dhcp.Decide(Http(A)).Boot!.FileName);
        Assert.Equal("http://10.20.0.1/boot.ipxe", rack.Dhcp.Decide(Ipxe(A)).Boot!.FileName);
        var system = rack.Dhcp.Decide(System(A));
        Assert.Null(system.Boot);
        Assert.Equal(DhcpBoot.HolderOf(rack.Inventory.Fleet.Machines.Single().Id), system.Holder);
    }

    [Fact]
    public async Task A_client_that_does_not_boot_from_the_network_is_no_machine()
    {
        await using var rack = Rack.Start();
        var decision = rack.Dhcp.Decide(System(A));
        rack.Dhcp.Answered(System(A), DhcpMessageType.Ack, At, null);
        Assert.Equal((null, null, null), (decision.Holder, decision.Boot, decision.SilentBecause));
        Assert.Equal(0, rack.Inventory.Fleet.Count);
    }

    [Fact]
    public async Task Unknown_machines_that_are_ignored_get_no_answer_and_why_is_said()
    {
        await using var rack = Rack.Start();
        rack.Desk.Settings = rack.Desk.Settings with { Policy = new MachinePolicy(UnknownMachines.Ignore, null, IdleMachines.Wait) };
        foreach (var client in new[] { Firmware(A), Ipxe(A), System(B), Firmware("01:00:5e:00:00:01") })
            Assert.Contains("machines.unknown: ignore", rack.Dhcp.Decide(client).SilentBecause, StringComparison.Ordinal);
        await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(B)] });
        Assert.Null(rack.Dhcp.Decide(System(B)).SilentBecause);
    }

    [Fact]
    public async Task A_described_machine_has_its_address_and_name_and_a_discovered_one_neither()
    {
        await using var rack = Rack.Start();
        var node = await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Address = At });
        var (described, discovered) = (rack.Dhcp.Decide(Ipxe(A)), rack.Dhcp.Decide(Ipxe(B)));
        Assert.Equal((At, "node"), (described.ReservedAddress, described.HostName));
        Assert.Equal((null, null), (discovered.ReservedAddress, discovered.HostName));
        Assert.Equal(DhcpBoot.HolderOf(node.Id), rack.Dhcp.ReservedFor(At));
        Assert.Null(rack.Dhcp.ReservedFor(IPAddress.Parse("10.20.0.51")));
    }

    [Theory]
    [InlineData(DiskBootMethod.Http404, "boot-from-disk", "http://10.20.0.1/boot-from-disk")]
    [InlineData(DiskBootMethod.Silent, null, null)]
    public async Task A_machine_is_sent_to_its_disk_by_what_dhcp_says(DiskBootMethod method, string? firmware, string? http)
    {
        await using var rack = Rack.Start();
        await rack.ImportAsync("ipxe/amd64/snponly.efi", "ipxe");
        await rack.AcceptAsync("node", new MachineSpec { Macs = [Rack.Mac(A)], Boot = BootSource.Disk, Disk = method });
        Assert.Equal((firmware, http), (rack.Dhcp.Decide(Firmware(A)).Boot?.FileName, rack.Dhcp.Decide(Http(A)).Boot?.FileName));
        Assert.Equal(http, rack.Dhcp.Decide(Ipxe(A)).Boot?.FileName);

        rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Offer, At, firmware);
        Assert.Equal(BootOutcome.Running, rack.Boots.Newest()[0].Outcome);
        rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Ack, At, firmware);
        Assert.Equal(BootOutcome.Disk, Assert.Single(rack.Boots.Newest()).Outcome);
    }

    [Fact]
    public async Task The_timeline_tells_who_asked_and_what_it_got()
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Offer, At, "ipxe/amd64/snponly.efi");
        rack.Dhcp.Answered(Ipxe(A) with { Relay = IPAddress.Parse("10.9.0.1") }, DhcpMessageType.Nak, IPAddress.Any, null);
        rack.Boots.Note(node, BootStage.Kernel, "http", "fetches kernel");
        rack.Dhcp.Answered(System(A) with { MessageType = DhcpMessageType.Request }, DhcpMessageType.Ack, At, null);
        var boot = Assert.Single(rack.Boots.Newest());
        Assert.Equal((BootStage.System, "uefi-pxe", "amd64"), (boot.Stage, boot.Firmware, boot.Architecture));
        Assert.Equal(
            [
                "PXE firmware (uefi amd64) asked (discover); offered 10.20.0.50, boot file ipxe/amd64/snponly.efi",
                "iPXE asked (discover); refused the requested address (NAK); it starts over, by relay 10.9.0.1",
                "fetches kernel",
                "the operating system asked (request); gave 10.20.0.50",
            ],
            rack.Boots.Timeline(boot.Id).Select(e => e.Text));
    }

    [Theory]
    [InlineData(BootStage.Firmware, BootOutcome.Running)]
    [InlineData(BootStage.Ipxe, BootOutcome.Running)]
    [InlineData(BootStage.Script, BootOutcome.Waiting)]
    [InlineData(BootStage.Script, BootOutcome.Disk)]
    [InlineData(BootStage.Configured, BootOutcome.Running)]
    [InlineData(BootStage.Reported, BootOutcome.Succeeded)]
    public async Task An_operating_system_that_asks_at_another_time_is_no_step_of_the_boot(BootStage stage, BootOutcome outcome)
    {
        await using var rack = Rack.Start();
        var node = rack.See(A);
        var boot = rack.Boots.Note(node, stage, "test", "there", change: b => b with { Outcome = outcome });
        rack.Dhcp.Answered(System(A), DhcpMessageType.Ack, At, null);
        Assert.Equal((boot.Id, stage, outcome),
            (rack.Boots.Current(node.Id)!.Id, rack.Boots.Current(node.Id)!.Stage, rack.Boots.Current(node.Id)!.Outcome));
    }

    [Theory]
    [InlineData(SubnetMode.Dhcp, Level.Warning, "another DHCP server, 10.20.0.9, answered first")]
    [InlineData(SubnetMode.Proxy, Level.Info, "takes 10.20.0.50 from 10.20.0.9, which assigns the addresses here")]
    public async Task Another_server_is_a_problem_only_where_addresses_are_given_here(SubnetMode mode, Level level, string text)
    {
        await using var rack = Rack.Start();
        var boot = rack.Boots.Note(rack.See(A), BootStage.Firmware, "test", "asks");
        rack.Dhcp.OtherServerChosen(
            Firmware(A) with { Subnet = Rack.Subnet with { Mode = mode }, RequestedAddress = At }, IPAddress.Parse("10.20.0.9"));
        var entry = rack.Boots.Timeline(boot.Id)[^1];
        Assert.Equal(level, entry.Level);
        Assert.StartsWith(text, entry.Text, StringComparison.Ordinal);
        Assert.Equal(mode == SubnetMode.Proxy, rack.Addresses.At(At) is not null);
    }

    [Fact]
    public async Task Why_a_machine_was_not_answered_stands_on_its_timeline_and_strangers_are_counted()
    {
        await using var rack = Rack.Start();
        var boot = rack.Boots.Note(rack.See(A), BootStage.Firmware, "test", "asks");
        rack.Dhcp.Ignored(Firmware(A), "the pool is full");
        rack.Dhcp.Ignored(Firmware(""), "the pool is full");
        rack.Dhcp.Dropped(new IPEndPoint(At, 68), "truncated");
        Assert.Equal("not answered: the pool is full", rack.Boots.Timeline(boot.Id)[^1].Text);
        Assert.Equal((2, 1), (rack.Counters.Snapshot()["dhcp.ignored"], rack.Counters.Snapshot()["dhcp.dropped (truncated)"]));
    }

    [Theory]
    [InlineData(LeaseState.Released)]
    [InlineData(LeaseState.Declined)]
    public async Task A_lease_that_ended_is_no_address_of_its_machine(LeaseState state)
    {
        await using var rack = Rack.Start();
        var machine = rack.See(A);
        rack.Lease(At, machine.Id, A);
        rack.Dhcp.LeaseChanged(Bound(rack, DhcpBoot.HolderOf(machine.Id)) with { State = state });
        Assert.Null(rack.Addresses.At(At));
        rack.Lease(At, machine.Id, A);
        rack.Dhcp.LeaseChanged(Bound(rack, "hardware:" + B));
        Assert.Null(rack.Addresses.At(At));
    }

    private static Lease Bound(Rack rack, string holder) => new()
    {
        Address = At,
        State = LeaseState.Bound,
        Holder = holder,
        HardwareAddress = B,
        Subnet = Rack.Subnet.ToString(),
        Since = rack.Clock.Now,
        Expires = rack.Clock.Now.AddHours(1),
    };

    private static DhcpClient Http(string mac) =>
        Firmware(mac) with { IsPxe = false, IsHttpBoot = true, Architecture = ClientArchitecture.X64UefiHttp };

    private static DhcpClient Ipxe(string mac) => Firmware(mac) with { IsIpxe = true };

    private static DhcpClient System(string mac) => Firmware(mac) with { IsPxe = false, Architecture = null };

    private static DhcpClient Firmware(string mac) => new()
    {
        MessageType = DhcpMessageType.Discover,
        HardwareAddress = mac,
        IsPxe = true,
        Architecture = ClientArchitecture.X64Uefi,
        Interface = "eth0",
        ServerAddress = Rack.Server,
        Subnet = Rack.Subnet,
    };
}
