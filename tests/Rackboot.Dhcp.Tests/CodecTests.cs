using System.Net;

namespace Rackboot.Dhcp.Tests;

public class CodecTests
{
    private readonly DhcpMessage _message = new();

    private static ClientPacket Discover => new(DhcpMessageType.Discover);

    public static TheoryData<string, byte[]> Refused => new()
    {
        { "shorter than a DHCP message", Discover.Build()[..239] },
        { "shorter than a DHCP message", [] },
        { "longer than a DHCP message", new byte[20_000] },
        { "the DHCP magic cookie is missing", Discover.Field(236, 1, 2, 3, 4).Build() },
        { "op is neither request nor reply", Discover.Field(0, 3).Build() },
        { "hardware address longer than its field", Discover.Field(2, 17).Build() },
        { "an Ethernet address that is not 6 bytes long", Discover.Field(2, 8).Build() },
        { "an option runs past the end", Discover.BuildWith(12, 200, 1, 2) },
        { "an option runs past the end", Discover.BuildWith(12) },
        { "no valid message type (option 53)", Discover.With(DhcpOption.MessageType, 1).Build() },
        { "no valid message type (option 53)", new ClientPacket((DhcpMessageType)0).Build() },
        { "no valid message type (option 53)", new ClientPacket((DhcpMessageType)9).Build() },
        { "option 50 is not an address", Discover.With(DhcpOption.RequestedAddress, 1, 2, 3).Build() },
        { "option 54 is not an address", Discover.With(DhcpOption.ServerIdentifier, 1, 2, 3, 4, 5).Build() },
        { "option 57 is not a size", Discover.With(DhcpOption.MaximumMessageSize, 1).Build() },
        { "option 52 is out of range", Discover.With(DhcpOption.Overload, 4).Build() },
        { "an option runs past the end", Discover.With(DhcpOption.Overload, 1).Field(108 + 126, 12, 9).Build() },
        { "option 82 is longer than one option", Discover.With(DhcpOption.RelayAgentInformation, new byte[200])
            .With(DhcpOption.RelayAgentInformation, new byte[56]).Build() },
        { "options too long", Discover.BuildWith([.. Enumerable.Repeat<byte[]>([12, 255, .. new byte[255]], 17).SelectMany(o => o)]) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Bad_bytes_are_refused_with_a_reason(string reason, byte[] packet)
    {
        Assert.False(DhcpMessage.TryParse(packet, _message, out var error));
        Assert.Equal(reason, error);
    }

    [Fact]
    public void Parts_of_an_option_are_put_together()
    {
        Assert.True(DhcpMessage.TryParse(
            Discover.With(DhcpOption.HostName, "node").With(DhcpOption.VendorClass, "x").With(DhcpOption.HostName, "-01").Build(),
            _message, out _));
        Assert.Equal("node-01"u8, _message.Option(DhcpOption.HostName));
    }

    [Fact]
    public void Options_go_on_in_file_and_then_in_server_name()
    {
        var packet = Discover.With(DhcpOption.Overload, 3).With(DhcpOption.HostName, "a").Field(108, 12, 1, (byte)'b', 255).Field(
            44, 12, 1, (byte)'c', 0, 0, 60, 1, (byte)'d', 255);
        Assert.True(DhcpMessage.TryParse(packet.Build(), _message, out _));
        Assert.Equal("abc"u8, _message.Option(DhcpOption.HostName));
        Assert.Equal("d"u8, _message.Option(DhcpOption.VendorClass));
        Assert.True(_message.File.IsEmpty && _message.ServerName.IsEmpty);
    }

    [Fact]
    public void File_and_server_name_are_read_up_to_their_end()
    {
        Assert.True(DhcpMessage.TryParse(Discover.Field(108, [.. "boot"u8]).Field(44, [.. "srv"u8]).Build(), _message, out _));
        Assert.Equal("boot"u8, _message.File);
        Assert.Equal("srv"u8, _message.ServerName);
    }

    [Fact]
    public void A_message_without_an_end_option_is_read() => Assert.True(DhcpMessage.TryParse(Discover.BuildWith(), _message, out _));

    [Fact]
    public void What_stands_after_the_end_option_is_not_read()
    {
        Assert.True(DhcpMessage.TryParse(Discover.BuildWith(255, 12, 200), _message, out _));
        Assert.False(_message.Has(DhcpOption.HostName));
    }

    [Fact]
    public void Nothing_of_the_message_before_is_left()
    {
        DhcpMessage.TryParse(Discover.With(DhcpOption.HostName, "a").Build(), _message, out _);
        DhcpMessage.TryParse(Discover.Build(), _message, out _);
        Assert.False(_message.Has(DhcpOption.HostName));
        Assert.True(_message.Option(DhcpOption.HostName).IsEmpty);
    }

    [Fact]
    public void Parsing_allocates_nothing()
    {
        var packet = Discover.Pxe().ClientId(1, 2, 3).Build();
        DhcpMessage.TryParse(packet, _message, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            DhcpMessage.TryParse(packet, _message, out _);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void What_is_written_is_read_back()
    {
        Assert.True(DhcpMessage.TryParse(Discover.Broadcast().Relayed("10.0.0.2").Build(), _message, out _));
        var buffer = new byte[1472];
        var writer = new DhcpWriter(buffer, _message) { YourAddress = 0x0a000064, NextServerAddress = 0x0a000001 };
        writer.File("undionly.kpxe");
        writer.ServerName("server");
        Assert.True(writer.Option(DhcpOption.MessageType, (byte)DhcpMessageType.Offer));
        Assert.True(writer.Option(DhcpOption.BootFileName, new string('x', 400)));
        Assert.True(writer.Option(DhcpOption.DomainNameServer, [IPAddress.Parse("10.0.0.53"), IPAddress.Parse("10.0.0.54")]));
        var reply = new DhcpMessage();

        Assert.True(DhcpMessage.TryParse(buffer.AsSpan(0, writer.End()), reply, out var error), error);

        Assert.Equal((2, _message.TransactionId, DhcpMessageType.Offer, 0x0a000064u, 0x0a000001u, 0x0a000002u),
            (reply.Op, reply.TransactionId, reply.Type, reply.YourAddress, reply.NextServerAddress, reply.RelayAddress));
        Assert.Equal("undionly.kpxe"u8, reply.File);
        Assert.Equal("server"u8, reply.ServerName);
        Assert.Equal(400, reply.Option(DhcpOption.BootFileName).Length);
        Assert.Equal("0a0000350a000036", Convert.ToHexStringLower(reply.Option(DhcpOption.DomainNameServer)));
        Assert.Equal(_message.HardwareAddress, reply.HardwareAddress);
    }

    [Fact]
    public void An_option_that_has_no_room_is_left_out_whole()
    {
        Assert.True(DhcpMessage.TryParse(Discover.Build(), _message, out _));
        var buffer = new byte[300];
        var writer = new DhcpWriter(buffer, _message);
        Assert.True(writer.Option(DhcpOption.MessageType, 2));
        Assert.False(writer.Option(DhcpOption.HostName, new byte[55]));
        Assert.True(writer.Option(DhcpOption.HostName, new byte[54]));
        Assert.Equal(300, writer.End());
        Assert.Equal(255, buffer[299]);
    }
}
