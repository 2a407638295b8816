using System.Net;
using Rackboot.Dhcp;
using Rackboot.Dhcp.Tests;
using Rackboot.Fuzzing.Engine;
using Rackboot.Ndp;
using Rackboot.Tftp;
using static Rackboot.Fuzzing.Targets.Inputs;

namespace Rackboot.Fuzzing.Targets;

/// <summary>DHCP, TFTP and router advertisements: packets of anybody on the boot network.</summary>
internal static class NetworkBoot
{
    private const int OfferedBytes = 3_000;
    private const string Own = "10.0.0.1";

    private static readonly DhcpSubnet Subnet = new()
    {
        Network = IPNetwork.Parse("10.0.0.0/24"), Mode = SubnetMode.Dhcp, Router = IPAddress.Parse(Own),
        Range = new AddressRange(IPAddress.Parse("10.0.0.100"), IPAddress.Parse("10.0.0.103")),
    };

    private static readonly byte[][] Packets =
    [
        new ClientPacket(DhcpMessageType.Discover).Pxe().ClientId(1, 2, 3).Requesting("10.0.0.101").With(DhcpOption.HostName, "n").Build(),
        new ClientPacket(DhcpMessageType.Discover, ClientPacket.Mac2).Http().With(DhcpOption.UserClass, [4, .. "iPXE"u8])
            .With(DhcpOption.MaximumMessageSize, 5, 0xc0).Build(),
        new ClientPacket(DhcpMessageType.Request).Requesting("10.0.0.100").From(Own)
            .Asking(DhcpOption.Router, DhcpOption.BootFileName).Build(),
        new ClientPacket(DhcpMessageType.Request).Relayed("10.0.0.2")
            .With(DhcpOption.RelayAgentInformation, 1, 2, 3, 4, 5, 4, 10, 0, 0, 0, 11, 4, 10, 0, 0, 9).Build(),
        new ClientPacket(DhcpMessageType.Discover).With(DhcpOption.Overload, 3)
            .Field(108, 12, 1, 65, 255).Field(44, 60, 1, 65, 255).Build(),
        new ClientPacket(DhcpMessageType.Inform).Using("10.0.0.60").Build(),
        new ClientPacket(DhcpMessageType.Decline).Requesting("10.0.0.100").From(Own).Build(),
        new ClientPacket(DhcpMessageType.Release).Using("10.0.0.100").From(Own).Build(),
    ];

    private static readonly byte[] Read =
        [0, 1, .. "ipxe/a.efi\0octet\0blksize\0"u8, .. "1468\0tsize\0"u8, .. "0\0windowsize\0"u8, .. "4\0"u8];

    public static IEnumerable<FuzzTarget> Targets =>
    [
        new("dhcp-message", "Rackboot.Dhcp", Message) { Seeds = Packets },
        new("dhcp-server", "Rackboot.Dhcp", Server) { Seeds = Packets },
        new("dhcp-search", "Rackboot.Dhcp", Search) { Seeds = [.. Packets.Select(Offer)] },
        new("tftp-request", "Rackboot.Tftp", Request) { Seeds = [Read, [0, 2, .. "f\0netascii\0"u8]] },
        new("tftp-transfer", "Rackboot.Tftp", Transfer)
        {
            Seeds = [Conversation(Read, [0, 4, 0, 0], [0, 4, 0, 2], [0, 4, 0, 3]), Conversation(Read, [0, 5, 0, 0, 65, 0])],
        },
        new("ndp", "Rackboot.Ndp", Neighbours)
        {
            Seeds = Hex("8600000040c0000a0000000000000000030440c000015180000038400000000020010db80001000000000000000000000501000000000500",
                "85000000000000000101525400000101"),
        },
    ];

    private static void Message(byte[] input)
    {
        var message = new DhcpMessage();
        if (!DhcpMessage.TryParse(input, message, out var error))
        {
            Promise(error is not null, "a reason");
            return;
        }

        for (var code = 0; code < 256; code++)
            Promise(message.Option((DhcpOption)code).Length <= input.Length, "an option is a part of its packet");
        Promise(message.HardwareAddress.Length <= 16 && message.File.Length <= 128 && message.ServerName.Length <= 64, "fields");
        ClientReader.Read(message, Ingress(isProxyPort: false), Subnet);
    }

    private static void Server(byte[] input)
    {
        var policy = new FakePolicy { ForOthers = new DhcpDecision { Boot = new DhcpBootFile("boot"), HostName = "host" } };
        policy.Know("machine:one", "10.0.0.21", ClientPacket.Mac1);
        var options = new DhcpServerOptions { Interfaces = ["eth0"], Subnets = [Subnet], ConflictProbe = ConflictProbe.Off };
        var engine = new DhcpEngine(options, policy, new RecordingObserver(), new ManualTime());
        engine.KeepForServer([IPAddress.Parse(Own)]);
        foreach (var isProxyPort in new[] { false, true })
            if (engine.Handle(input, Ingress(isProxyPort)).Reply is { } reply)
                Promise(DhcpMessage.TryParse(reply.Packet.Span, new DhcpMessage(), out _) && reply.Packet.Length is >= 300 and <= 1472,
                    "an answer is a sound message");
        Promise(engine.Table.Leases.Count() <= 2, "one message makes no more than its lease");
    }

    private static Ingress Ingress(bool isProxyPort) =>
        new("eth0", [(IPAddress.Parse(Own), Subnet.Network)], new IPEndPoint(Somebody, 68), isProxyPort);

    private static void Search(byte[] input) => ServerSearch.Read(input, new DhcpMessage());

    private static byte[] Offer(byte[] message)
    {
        byte[] frame = [.. new byte[IpHeaders.Length], 2, .. message.AsSpan(1)];
        IpHeaders.Write(frame, new IPEndPoint(Somebody, 67), new IPEndPoint(IPAddress.Broadcast, 68), 1);
        return frame;
    }

    private static void Request(byte[] input) =>
        Promise(TftpRequest.TryParse(input, out var request, out _, out var error) ? request is not null && error is null
            : error is not null, "a request or a reason");

    // The first piece asks, what follows comes to the transfer; a second passes before each.
    private static void Transfer(byte[] input)
    {
        TftpTransfer? transfer = null;
        var (now, output) = (DateTimeOffset.UnixEpoch, new Blocks());
        foreach (var piece in Pieces(input))
        {
            now += TimeSpan.FromSeconds(1);
            if (transfer is not null)
                transfer.Take(piece, now, output);
            else if (TftpRequest.TryParse(piece, out var request, out _, out _))
                (transfer = new(new MemoryTftpFile(new byte[OfferedBytes]), request!, new TftpServerOptions())).Start(now, output);
            else
                return;
            transfer.Tick(now, output);
        }

        transfer?.Dispose();
        Promise(output.Sent <= (Pieces(input).Count() + 1) * 2 * OfferedBytes, "one packet brings no more than a window");
    }

    private static void Neighbours(byte[] input)
    {
        var source = IPAddress.Parse("fe80::1");
        Promise(RouterSolicitation.TryParse(input, source, 255, out _, out var error) == error is null, "a message or a reason");
        Promise(RouterAdvertisement.TryParse(input, source, 255, out _, out error) == error is null, "a message or a reason");
    }

    private sealed class Blocks : ITransferOutput
    {
        public long Sent { get; private set; }

        public void Send(ReadOnlySpan<byte> packet) => Promise(packet.Length <= 1472, "a packet that fits");

        public void SendBlocks(TftpFile file, int blockBytes, long first, long last)
        {
            Promise(first >= 1 && first <= last && (last - 1) * blockBytes <= file.Length && last - first < 64, "blocks of the file");
            Sent += Math.Min(file.Length, last * blockBytes) - (first - 1) * blockBytes;
        }
    }
}
