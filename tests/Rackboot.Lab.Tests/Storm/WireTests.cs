using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using Rackboot.Lab.Machines;
using Rackboot.Lab.Storm;
using Rackboot.Lab.Storm.Bmc;
using Rackboot.Lab.Storm.Boot;
using Rackboot.Lab.Storm.Faults;
using Rackboot.Lab.Storm.Hall;

namespace Rackboot.Lab.Tests.Storm;

/// <summary>What synthetic machines send, and what they make of answers.</summary>
public sealed class WireTests
{
    private static readonly PhysicalAddress Card = PhysicalAddress.Parse("02:72:62:00:00:07");

    [Fact]
    public void Who_has_an_address_is_answered_with_the_card_that_holds_it()
    {
        // RFC 826: 52:54:00:00:00:01 at 10.20.0.1 asks for 10.20.128.7.
        var request = Convert.FromHexString("FFFFFFFFFFFF5254000000010806000108000604000152540000000" + "10A1400010000000000000A148007");
        Assert.True(Frame.IsArpRequest(request, out var wanted));
        Assert.Equal(IPAddress.Parse("10.20.128.7"), Frame.Address(wanted));
        Assert.Equal(
            "5254000000010272620000070806000108000604000202726200000" + "70A1480075254000000010A140001",
            Convert.ToHexString(Frame.ArpReply(request, Card)));
    }

    [Fact]
    public void A_discover_is_a_broadcast_frame_with_a_right_checksum()
    {
        var message = DhcpMessage.Write(new DhcpCard(Card, Guid.NewGuid()), DhcpAsk.Firmware(MachineFirmware.UefiPxe), 42, null);
        var frame = new byte[Frame.DhcpAt + message.Length];
        Frame.WriteDhcp(frame, Card, message);
        Assert.Equal("FFFFFFFFFFFF0272620000070800", Convert.ToHexString(frame[..14]));
        var sum = Enumerable.Range(0, 10).Sum(i => BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(14 + 2 * i)));
        Assert.Equal(0xFFFF, (sum & 0xFFFF) + (sum >> 16)); // RFC 1071: over the whole header it is all ones
        Assert.Equal("004400430", Convert.ToHexString(frame[34..39])[..9]);
        Assert.Equal((1, 6, 0x80), (message[0], message[2], message[10]));
    }

    [Fact]
    public void An_offer_is_read_with_its_address_server_and_boot_file()
    {
        var offer = new byte[300];
        (offer[0], offer[7]) = (2, 42);
        new byte[] { 10, 20, 128, 7 }.CopyTo(offer, 16);
        "ipxe/bios/undionly.kpxe"u8.CopyTo(offer.AsSpan(108));
        new byte[] { 0x63, 0x82, 0x53, 0x63, 53, 1, 2, 54, 4, 10, 20, 0, 1, 255 }.CopyTo(offer, 236);
        var (type, lease) = DhcpMessage.Read(offer, 42)!.Value;
        Assert.Equal(DhcpMessage.Offer, type);
        Assert.Equal(new DhcpLease(IPAddress.Parse("10.20.128.7"), IPAddress.Parse("10.20.0.1"), "ipxe/bios/undionly.kpxe"), lease);
        Assert.Null(DhcpMessage.Read(offer, 43));
    }

    // IPMI 2.0 tables 13-9 and 13-17 to 13-19: suite 17 is HMAC-SHA256, HMAC-SHA256-128 and AES; 3 is the same with SHA1; 16 without AES.
    [Theory]
    [InlineData(3, 4, 1, null)]
    [InlineData(1, 1, 1, "07110000" + "44332211")]
    [InlineData(3, 4, 0, "07110000" + "44332211")]
    public void A_BMC_refuses_the_cipher_suites_that_it_does_not_speak(
        byte authentication, byte integrity, byte encryption, string? refusal)
    {
        byte[] request = [7, 4, 0, 0, 0x44, 0x33, 0x22, 0x11, 0, 0, 0, 8, authentication, 0, 0, 0, 1, 0, 0, 8, integrity, 0, 0, 0,
            2, 0, 0, 8, encryption, 0, 0, 0];
        Assert.Equal(refusal, BmcSession.Refuse(request) is { } answer ? Convert.ToHexString(answer[16..]) : null);
    }

    [Fact]
    public void Random_bytes_are_no_answer_and_never_throw()
    {
        var random = new Random(5);
        for (var i = 0; i < 20_000; i++)
        {
            var bytes = new byte[random.Next(600)];
            random.NextBytes(bytes);
            if (bytes.Length > 240 && i % 2 == 0)
            {
                bytes[0] = 2;
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(236), 0x63825363);
            }

            DhcpMessage.Read(bytes, bytes.Length > 8 ? BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(4)) : 0);
            Frame.IsArpRequest(bytes, out _);
            Frame.TryReadDhcp(bytes, out _, out _);
        }
    }

    [Fact]
    public void A_script_that_boots_is_read_with_its_files_and_the_kernels_arguments()
    {
        var script = BootScript.Parse(
            """
            #!ipxe
            echo Rackboot: storm-00001 boots Talos
            imgfree ||
            kernel http://10.20.0.1/assets/k initrd=initramfs talos.config=http://10.20.0.1/config/T?uuid=%24%7Buuid%7D quiet || goto failed
            initrd --name initramfs http://10.20.0.1/assets/i || goto failed
            boot ||
            sleep 1
            """);
        Assert.Equal("http://10.20.0.1/assets/k", script.Kernel!.OriginalString);
        Assert.Equal("http://10.20.0.1/assets/i", script.Initramfs!.OriginalString);
        Assert.Equal("http://10.20.0.1/config/T?uuid=%24%7Buuid%7D", script.Arguments["talos.config"]);
        Assert.Equal("initramfs", script.Arguments["initrd"]);
        Assert.True(script.Arguments.ContainsKey("quiet"));
    }

    [Fact]
    public void A_script_that_waits_names_no_kernel_and_says_when_to_ask_again()
    {
        var script = BootScript.Parse("#!ipxe\necho\necho Rackboot: storm-00001 waits: it is not armed\nsleep 7\n:ask\n");
        Assert.Null(script.Kernel);
        Assert.Equal(TimeSpan.FromSeconds(7), script.AskAgain);
        Assert.Contains("it is not armed", script.Says, StringComparison.Ordinal);
    }

    [Fact]
    public void The_first_script_chains_to_the_machines_own_address()
    {
        var machine = new StormMachine
        {
            Number = 7, Firmware = MachineFirmware.Bios, Fault = MachineFault.None, Uuid = StormMachine.UuidOf(7),
        };
        const string Script = "#!ipxe\n:ask\nchain --replace http://10.20.0.1/ipxe?mac=${netX/mac}&uuid=${uuid}&platform=${platform} ||\n";
        Assert.Equal(
            $"http://10.20.0.1/ipxe?mac=02:72:62:00:00:07&uuid={StormMachine.UuidOf(7)}&platform=pcbios",
            IpxeVariables.Expand(IpxeVariables.Chain(Script), machine));
    }
}
