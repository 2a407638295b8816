namespace Rackboot.Dhcp.Tests;

/// <summary>Reading and writing a message leaves nothing for the garbage collector, however many come.</summary>
public class AllocationTests
{
    private const int Times = 1_000;

    private readonly DhcpMessage _message = new();
    private readonly byte[] _packet = new ClientPacket(DhcpMessageType.Discover).Pxe().ClientId(1, 2, 3).Relayed("10.0.0.2")
        .With(DhcpOption.RelayAgentInformation, 1, 2, 3, 4).Build();
    private readonly byte[] _answer = new byte[1472];

    [Fact]
    public void A_message_is_parsed_without_an_allocation() =>
        Assert.Equal(0, Allocated(() => DhcpMessage.TryParse(_packet, _message, out _)));

    [Fact]
    public void A_reply_is_composed_without_an_allocation()
    {
        Assert.True(DhcpMessage.TryParse(_packet, _message, out _));
        Assert.Equal(0, Allocated(() => Compose() > 240));
    }

    private int Compose()
    {
        var writer = new DhcpWriter(_answer, _message) { YourAddress = 0x0a000064 };
        writer.Option(DhcpOption.MessageType, (byte)DhcpMessageType.Ack);
        writer.Option(DhcpOption.LeaseTime, 3600u);
        writer.Option(DhcpOption.BootFileName, "ipxe/amd64/ipxe.efi");
        writer.Option(DhcpOption.ClientIdentifier, _message.Option(DhcpOption.ClientIdentifier));
        writer.Option(DhcpOption.RelayAgentInformation, _message.Option(DhcpOption.RelayAgentInformation));
        return writer.End();
    }

    private static long Allocated(Func<bool> work)
    {
        Assert.True(work());
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Times; i++)
            work();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Times;
    }
}
