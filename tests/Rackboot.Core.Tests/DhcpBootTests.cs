using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Network;
using Rackboot.Core.Tests.Support;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

public sealed class DhcpBootTests
{
    private const string A = "52:54:00:00:00:0a";
    private static readonly IPAddress At = IPAddress.Parse("10.20.0.50");

    [Fact]
    public async Task A_machine_that_nothing_can_boot_has_one_boot_that_failed_however_often_it_asks()
    {
        await using var rack = Rack.Start();
        for (var i = 0; i < 3; i++)
        {
            rack.Dhcp.Decide(Firmware(A));
            rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Offer, At, null);
            rack.Clock.Pass(1);
        }

        var boot = Assert.Single(rack.Boots.All());
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
        rack.Dhcp.Decide(Firmware(A));
        await rack.ImportAsync("ipxe/amd64/snponly.efi", "ipxe");
        var boot = rack.Dhcp.Decide(Firmware(A)).Boot!;
        rack.Dhcp.Answered(Firmware(A), DhcpMessageType.Offer, At, boot.FileName);
        var now = Assert.Single(rack.Boots.All());
        Assert.Equal(BootOutcome.Running, now.Outcome);
        Assert.Contains("boot file ipxe/amd64/snponly.efi", now.Now, StringComparison.Ordinal);
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
            Address = At, State = LeaseState.Bound, Holder = DhcpBoot.HolderPrefix + machine.Id, HardwareAddress = A,
            Subnet = "10.20.0.0/24", Since = rack.Clock.Now, Expires = rack.Clock.Now.AddHours(1),
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
            var client = Firmware(A) with { Subnet = proxy, ClientAddress = IPAddress.Parse(address), RequestedAddress = IPAddress.Parse(address) };
            rack.Dhcp.Answered(client, DhcpMessageType.Ack, IPAddress.Any, null);
            rack.Dhcp.OtherServerChosen(client, IPAddress.Parse("10.20.0.2"));
            Assert.Equal(known, rack.Addresses.At(IPAddress.Parse(address)) is not null);
        }
    }

    private static DhcpClient Firmware(string mac) => new()
    {
        MessageType = DhcpMessageType.Discover, HardwareAddress = mac, IsPxe = true, Architecture = ClientArchitecture.X64Uefi,
        Interface = "eth0", ServerAddress = Rack.Server, Subnet = Rack.Subnet,
    };
}
