using static Rackboot.Dhcp.ClientArchitecture;
using static Rackboot.Dhcp.DhcpMessageType;

namespace Rackboot.Dhcp.Tests;

/// <summary>Messages of real clients, captured on a bridge in a network namespace: iPXE of 2019 (QEMU's ROM), OVMF 2022.11, udhcpc 1.35,
/// dhclient 4.4, dhcpcd 9.4, and udhcpc behind dhcrelay 4.4. Each file is the UDP payload in hexadecimal.</summary>
public class CaptureTests
{
    private const string ChainedUuid = "11223344-5566-7788-99aa-bbccddeeff00";
    private const string FirmwareUuid = "11223344-5566-7788-99aa-bbccddeeff01";

    public static TheoryData<string, DhcpMessageType, string, ClientArchitecture?, string?, string> Clients => new()
    {
        { "ipxe-discover", Discover, "52:54:00:00:0a:01", X86Bios, ChainedUuid, "pxe ipxe id" },
        { "ipxe-selecting", Request, "52:54:00:00:0a:01", X86Bios, ChainedUuid, "pxe ipxe id 10.99.0.100" },
        { "ovmf-pxe-discover", Discover, "52:54:00:00:0a:02", X64Uefi, FirmwareUuid, "pxe" },
        { "ovmf-pxe-selecting", Request, "52:54:00:00:0a:02", X64Uefi, FirmwareUuid, "pxe 10.99.0.101" },
        { "ovmf-http-discover", Discover, "52:54:00:00:0a:02", X64UefiHttp, FirmwareUuid, "http" },
        { "udhcpc-discover", Discover, "52:54:00:00:0a:03", null, null, "id node-03" },
        { "udhcpc-selecting", Request, "52:54:00:00:0a:03", null, null, "id node-03 10.99.0.100" },
        { "dhclient-discover", Discover, "52:54:00:00:0a:03", null, null, "" },
        { "dhclient-renewing", Request, "52:54:00:00:0a:03", null, null, "uses 10.99.0.101" },
        { "dhclient-init-reboot", Request, "52:54:00:00:0a:03", null, null, "10.99.0.101" },
        { "dhclient-release", Release, "52:54:00:00:0a:03", null, null, "uses 10.99.0.101" },
        { "dhcpcd-discover", Discover, "52:54:00:00:0a:03", null, null, "" },
        { "dhcpcd-renewing", Request, "52:54:00:00:0a:03", null, null, "uses 10.99.0.101" },
        { "udhcpc-behind-dhcrelay-discover", Discover, "52:54:00:00:0a:04", null, null, "id relay 10.97.0.1 7231" },
    };

    [Theory]
    [MemberData(nameof(Clients))]
    public void A_real_client_is_read_as_what_it_is(
        string file, DhcpMessageType type, string mac, ClientArchitecture? architecture, string? uuid, string rest)
    {
        var message = new DhcpMessage();
        Assert.True(DhcpMessage.TryParse(Read(file), message, out var error), error);
        var client = ClientReader.Read(message,
            new Ingress("eth0", [(System.Net.IPAddress.Loopback, default)], new(0, 0), IsProxyPort: false), ServerUnderTest.Pool())!;

        Assert.Equal(
            (type, mac, architecture, uuid), (client.MessageType, client.HardwareAddress, client.Architecture, client.Uuid?.ToString()));
        string?[] found =
        [
            client.IsPxe ? "pxe" : null, client.IsHttpBoot ? "http" : null, client.IsIpxe ? "ipxe" : null,
            client.ClientIdentifier.IsEmpty ? null : "id",
            client.HostName, client.ClientAddress is { } used ? $"uses {used}" : null, client.RequestedAddress?.ToString(),
            client.Relay is { } relay ? $"relay {relay} {Convert.ToHexStringLower(client.CircuitId.Span)}" : null,
        ];
        Assert.Equal(rest, string.Join(' ', found.Where(f => f is not null)));
    }

    [Fact]
    public void Ovmf_writes_its_maximum_message_size_in_the_wrong_order_and_still_gets_no_more_than_a_frame()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.99.0.101", "10.99.0.110", network: "10.0.0.0/8"));
        server.Policy.ForOthers = new DhcpDecision { Boot = new DhcpBootFile(new string('x', 500)) };
        server.Handle(Read("ovmf-pxe-discover"));
        var selecting = Read("ovmf-pxe-selecting");
        System.Net.IPAddress.Parse(ServerUnderTest.Address).GetAddressBytes().CopyTo(
            selecting, selecting.AsSpan().IndexOf(new byte[] { 54, 4, 10, 99, 0, 1 }) + 2);

        var ack = new Answer(server.Handle(selecting).Reply!);

        Assert.Equal((Ack, 500), (ack.Type, ack.Text(DhcpOption.BootFileName).TrimEnd('\0').Length));
        Assert.InRange(ack.Length, 549, 1472);
    }

    [Fact]
    public void Firmware_and_the_ipxe_it_loads_are_answered_in_turn()
    {
        var server = new ServerUnderTest(ServerUnderTest.Pool("10.99.0.100", "10.99.0.110", network: "10.0.0.0/8"));
        server.Policy.ForOthers = new DhcpDecision { Boot = new DhcpBootFile("boot.ipxe") };
        foreach (var file in new[] { "ovmf-pxe-discover", "ovmf-http-discover", "ipxe-discover" })
        {
            var offer = new Answer(server.Handle(Read(file)).Reply!);
            Assert.Equal((Offer, "boot.ipxe"), (offer.Type, offer.File));
        }
    }

    private static byte[] Read(string file) =>
        Convert.FromHexString(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Captures", file + ".hex")).ReplaceLineEndings(""));
}
