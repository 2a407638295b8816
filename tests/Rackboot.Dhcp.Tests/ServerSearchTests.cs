using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Rackboot.Tests.Shared;
using static Rackboot.Dhcp.Tests.ClientPacket;

namespace Rackboot.Dhcp.Tests;

/// <summary>What a search for other servers takes for one.</summary>
public class ServerSearchTests
{
    private static readonly IPEndPoint Server = new(IPAddress.Parse("10.0.0.9"), 67);
    private static readonly IPEndPoint Everybody = new(IPAddress.Broadcast, 68);

    private readonly DhcpMessage _message = new();

    [Fact]
    public void An_offer_is_a_server_that_gives_addresses()
    {
        var found = ServerSearch.Read(Frame(Reply(DhcpMessageType.Offer, "10.0.0.77", "old.0"), Server), _message);
        Assert.Equal(new FoundServer(IPAddress.Parse("10.0.0.2"), IPAddress.Parse("10.0.0.77"), "old.0"), found);
    }

    [Fact]
    public void An_offer_without_an_address_is_a_ProxyDHCP_server()
    {
        var found = ServerSearch.Read(Frame(Reply(DhcpMessageType.Offer, "0.0.0.0", null), Server), _message);
        Assert.Equal(new FoundServer(IPAddress.Parse("10.0.0.2"), null, null), found);
    }

    [Fact]
    public void A_client_another_port_and_a_refusal_are_none()
    {
        Assert.Null(ServerSearch.Read(Frame(new ClientPacket(DhcpMessageType.Discover, Mac1).Build(), Server), _message));
        Assert.Null(ServerSearch.Read(Frame(Reply(DhcpMessageType.Offer, "10.0.0.77", null), new IPEndPoint(Server.Address, 68)),
            _message));
        Assert.Null(ServerSearch.Read(Frame(Reply(DhcpMessageType.Nak, "0.0.0.0", null), Server), _message));
    }

    [Fact]
    public void Any_bytes_may_come_and_no_control_character_reaches_the_terminal()
    {
        byte[][] seeds = [Frame(Reply(DhcpMessageType.Offer, "10.0.0.77", "old.0"), Server)];
        Prop.ForAll(
                HostileBytes.From(seeds, head: 268, rest: 264).ToArbitrary(),
                bytes => ServerSearch.Read(bytes, _message)?.BootFile?.All(c => c is > ' ' and < '\x7f') ?? true)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(20_000).WithQuietOnSuccess(true));
    }

    private static byte[] Reply(DhcpMessageType type, string yours, string? file)
    {
        var request = new DhcpMessage();
        Assert.True(DhcpMessage.TryParse(new ClientPacket(DhcpMessageType.Discover, Mac1).Build(), request, out _));
        var bytes = new byte[400];
        var writer = new DhcpWriter(bytes, request) { YourAddress = DhcpMessage.ToNumber(IPAddress.Parse(yours)) };
        writer.Option(DhcpOption.MessageType, (byte)type);
        writer.Option(DhcpOption.ServerIdentifier, DhcpMessage.ToNumber(IPAddress.Parse("10.0.0.2")));
        if (file is not null)
            writer.Option(DhcpOption.BootFileName, file);
        return bytes[..writer.End()];
    }

    private static byte[] Frame(byte[] message, IPEndPoint source)
    {
        var frame = new byte[IpHeaders.Length + message.Length];
        message.CopyTo(frame, IpHeaders.Length);
        IpHeaders.Write(frame, source, Everybody, 1);
        return frame;
    }
}
