using System.Net;
using BenchmarkDotNet.Attributes;
using Rackboot.Dhcp;

namespace Rackboot.Bench;

/// <summary>A message of PXE firmware behind a relay, and the answer to it.</summary>
public class DhcpPieces
{
    private readonly DhcpMessage _message = new();
    private readonly byte[] _packet = Packets.Discover(7);
    private readonly byte[] _answer = new byte[1472];
    private readonly IPAddress[] _dns = [IPAddress.Parse("10.0.0.53")];

    [Benchmark]
    public bool Parse() => DhcpMessage.TryParse(_packet, _message, out _);

    [Benchmark]
    public int Compose()
    {
        DhcpMessage.TryParse(_packet, _message, out _);
        var writer = new DhcpWriter(_answer, _message) { YourAddress = 0x0a000064 };
        writer.Option(DhcpOption.MessageType, (byte)DhcpMessageType.Ack);
        writer.Option(DhcpOption.ServerIdentifier, 0x0a000001u);
        writer.Option(DhcpOption.LeaseTime, 3600u);
        writer.Option(DhcpOption.DomainNameServer, _dns);
        writer.Option(DhcpOption.BootFileName, "ipxe/amd64/ipxe.efi");
        writer.Option(DhcpOption.ClientIdentifier, _message.Option(DhcpOption.ClientIdentifier));
        return writer.End();
    }
}
