using System.Net;
using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>Boot data for PXE, HTTP boot and iPXE, in each mode of a subnet.</summary>
public class BootTests
{
    private static readonly DhcpDecision Boot = new() { Boot = new DhcpBootFile("undionly.kpxe") };

    private readonly ServerUnderTest _dhcp = new(policy: new FakePolicy { ForOthers = Boot });
    private readonly ServerUnderTest _proxy =
        new(ServerUnderTest.Pool(mode: SubnetMode.Proxy), policy: new FakePolicy { ForOthers = Boot });

    [Fact]
    public void Pxe_firmware_finds_its_file_in_fields_and_options()
    {
        var offer = _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Pxe())!;
        Assert.Equal(
            ("undionly.kpxe", "undionly.kpxe\0", "10.0.0.1", "10.0.0.1", "10.0.0.100"),
            (offer.File, offer.Text(DhcpOption.BootFileName), offer.NextServer, offer.Text(DhcpOption.TftpServerName), offer.Yours));
        Assert.False(offer.Has(DhcpOption.VendorClass));
    }

    [Fact]
    public void The_name_of_the_boot_file_ends_with_a_zero_for_pxe_firmware_alone()
    {
        Assert.Equal("undionly.kpxe\0", _proxy.Send(new ClientPacket(DhcpMessageType.Discover).Pxe())!.Text(DhcpOption.BootFileName));
        var ipxe = new ClientPacket(DhcpMessageType.Discover).Pxe().With(DhcpOption.UserClass, "iPXE");
        Assert.Equal("undionly.kpxe", _dhcp.Send(ipxe)!.Text(DhcpOption.BootFileName));
    }

    [Fact]
    public void Another_file_server_may_be_named()
    {
        _dhcp.Policy.ForOthers = new DhcpDecision { Boot = new DhcpBootFile("a", IPAddress.Parse("10.0.0.9")) };
        Assert.Equal("10.0.0.9", _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Pxe())!.NextServer);
    }

    [Fact]
    public void Http_boot_firmware_gets_a_url_and_its_vendor_class_back()
    {
        _dhcp.Policy.ForOthers = new DhcpDecision { Boot = new DhcpBootFile("http://10.0.0.1/ipxe.efi") };
        var offer = _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Http())!;
        Assert.Equal(("HTTPClient", "http://10.0.0.1/ipxe.efi"), (offer.Text(DhcpOption.VendorClass), offer.Text(DhcpOption.BootFileName)));
        Assert.Equal((true, ClientArchitecture.X64UefiHttp), (_dhcp.Policy.LastAsked!.IsHttpBoot, _dhcp.Policy.LastAsked.Architecture));
    }

    [Fact]
    public void A_client_with_nothing_to_boot_gets_an_address_alone()
    {
        _dhcp.Policy.ForOthers = new DhcpDecision();
        var offer = _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Pxe())!;
        Assert.Equal(("10.0.0.100", "", "0.0.0.0"), (offer.Yours, offer.File, offer.NextServer));
        Assert.False(offer.Has(DhcpOption.BootFileName));
    }

    [Fact]
    public void An_operating_system_gets_no_boot_file_it_did_not_ask_for()
    {
        Assert.Equal("", _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Asking(DhcpOption.Router))!.File);
        Assert.Equal("undionly.kpxe", _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Asking(DhcpOption.BootFileName))!.File);
    }

    [Fact]
    public void A_server_that_gives_addresses_answers_on_port_4011_too()
    {
        var ack = _dhcp.Send(new ClientPacket(DhcpMessageType.Request).Using("10.0.0.100").Pxe(), proxyPort: true)!;
        Assert.Equal((DhcpMessageType.Ack, "undionly.kpxe", "PXEClient", "10.0.0.77:68"),
            (ack.Type, ack.File, ack.Text(DhcpOption.VendorClass), ack.To));
        Assert.Empty(_dhcp.Leases);
    }

    [Fact]
    public void A_proxy_offers_boot_data_and_no_address()
    {
        var offer = _proxy.Send(new ClientPacket(DhcpMessageType.Discover).Pxe())!;
        Assert.Equal(
            (DhcpMessageType.Offer, "0.0.0.0", "undionly.kpxe", "PXEClient", "060108ff", "255.255.255.255:68"),
            (offer.Type, offer.Yours, offer.File, offer.Text(DhcpOption.VendorClass), offer.Hex(DhcpOption.VendorSpecific), offer.To));
        Assert.False(offer.Has(DhcpOption.LeaseTime) || offer.Has(DhcpOption.SubnetMask) || offer.Has(DhcpOption.Router));
    }

    [Fact]
    public void A_proxy_gives_boot_data_again_on_port_4011()
    {
        var ack = _proxy.Send(
            new ClientPacket(DhcpMessageType.Request).Using("10.0.0.77").Pxe(ClientArchitecture.X64Uefi), proxyPort: true)!;
        Assert.Equal((DhcpMessageType.Ack, "undionly.kpxe", "PXEClient", "0.0.0.0"),
            (ack.Type, ack.File, ack.Text(DhcpOption.VendorClass), ack.Yours));
        Assert.True(_proxy.Policy.LastAsked!.IsProxyPort);
    }

    [Fact]
    public void A_proxy_says_nothing_to_a_client_that_boots_from_elsewhere()
    {
        Assert.Null(_proxy.Send(new ClientPacket(DhcpMessageType.Discover)));
        Assert.Null(_proxy.Send(new ClientPacket(DhcpMessageType.Inform).Using("10.0.0.60")));
        _proxy.Policy.ForOthers = new DhcpDecision();
        Assert.Null(_proxy.Send(new ClientPacket(DhcpMessageType.Discover).Pxe()));
        Assert.Null(_proxy.Send(new ClientPacket(DhcpMessageType.Request).Pxe(), proxyPort: true));
    }

    [Theory]
    [InlineData("10.0.0.9")]
    [InlineData(ServerUnderTest.Address)]
    public void A_proxy_reports_the_address_that_a_client_takes_from_the_other_server(string server)
    {
        Assert.Null(_proxy.Send(new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.150").From(server)));
        var (client, other) = Assert.Single(_proxy.Observer.OtherServers);
        Assert.Equal((server, "10.0.0.150"), (other.ToString(), client.RequestedAddress!.ToString()));
    }

    [Fact]
    public void A_subnet_that_is_off_gets_silence()
    {
        var off = new ServerUnderTest(ServerUnderTest.Pool(mode: SubnetMode.Off), policy: new FakePolicy { ForOthers = Boot });
        Assert.Null(off.Send(new ClientPacket(DhcpMessageType.Discover).Pxe()));
        Assert.Null(off.Send(new ClientPacket(DhcpMessageType.Request).Pxe(), proxyPort: true));
    }

    [Fact]
    public void Release_and_decline_on_port_4011_change_nothing()
    {
        _dhcp.Lease();
        _dhcp.Send(new ClientPacket(DhcpMessageType.Release).Using("10.0.0.100"), proxyPort: true);
        _dhcp.Send(new ClientPacket(DhcpMessageType.Decline).Requesting("10.0.0.100"), proxyPort: true);
        Assert.Equal(LeaseState.Bound, Assert.Single(_dhcp.Leases).State);
    }

    public static TheoryData<string, byte[], bool> Ipxe => new()
    {
        { "user class as iPXE sends it", [77, 4, .. "iPXE"u8], true },
        { "user class as RFC 3004 counts it", [77, 5, 4, .. "iPXE"u8], true },
        { "the second of two user classes", [77, 9, 3, .. "abc"u8, 4, .. "iPXE"u8], true },
        { "iPXE's own option", [175, 3, 1, 1, 1], true },
        { "the features of a full one", [175, 9, 21, 1, 1, 19, 1, 1, 24, 1, 1], true },
        { "features without HTTP", [175, 6, 21, 1, 1, 24, 1, 1], false },
        { "features without Linux kernels", [175, 6, 21, 1, 1, 19, 1, 1], false },
        { "another user class", [77, 4, .. "gPXE"u8], false },
    };

    [Theory]
    [MemberData(nameof(Ipxe))]
    public void Ipxe_is_told_by(string what, byte[] option, bool isIpxe)
    {
        _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Pxe().With((DhcpOption)option[0], option[2..]));
        Assert.True(isIpxe == _dhcp.Policy.LastAsked!.IsIpxe, what);
    }

    [Theory]
    [InlineData(ClientArchitecture.X86Bios, false)]
    [InlineData(ClientArchitecture.X64Uefi, true)]
    public void Ipxe_that_loads_no_linux_kernel_by_itself_is_firmware_on_a_bios_whatever_its_user_class_says(
        ClientArchitecture architecture, bool isIpxe)
    {
        _dhcp.Send(new ClientPacket(DhcpMessageType.Discover).Pxe(architecture).With(DhcpOption.UserClass, "iPXE")
            .With(DhcpOption.Ipxe, 21, 1, 1, 19, 1, 1));
        Assert.Equal((true, isIpxe), (_dhcp.Policy.LastAsked!.IsPxe, _dhcp.Policy.LastAsked.IsIpxe));
    }

    [Fact]
    public void The_policy_is_told_all_that_a_client_says_of_itself()
    {
        _dhcp.Send(new ClientPacket(DhcpMessageType.Discover, Mac2).Pxe(ClientArchitecture.Arm64Uefi).ClientId(1, 2).Requesting("10.0.0.9")
            .With(DhcpOption.HostName, "worker"));
        var client = _dhcp.Policy.LastAsked!;
        Assert.Equal(
            (Mac2, ClientArchitecture.Arm64Uefi, "PXEClient:Arch:00011:UNDI:002001", "worker", "10.0.0.9", true, "10.0.0.1", "eth0"),
            (client.HardwareAddress, client.Architecture, client.VendorClass, client.HostName, client.RequestedAddress!.ToString(),
                client.IsPxe, client.ServerAddress.ToString(), client.Interface));
        Assert.Equal(new Guid("04030201-0605-0807-090a-0b0c0d0e0f10"), client.Uuid);
        Assert.Equal([1, 2], client.ClientIdentifier.ToArray());
    }
}
