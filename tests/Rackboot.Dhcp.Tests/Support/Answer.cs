using System.Net;
using System.Text;

namespace Rackboot.Dhcp.Tests;

/// <summary>A reply as its client reads it.</summary>
internal sealed class Answer
{
    private readonly DhcpReply _reply;

    public Answer(DhcpReply reply)
    {
        _reply = reply;
        Assert.True(DhcpMessage.TryParse(reply.Packet.Span, Message, out var error), error);
        Assert.Equal(2, Message.Op);
        Assert.True(reply.Packet.Length >= DhcpWriter.LeastLength);
    }

    public DhcpMessage Message { get; } = new();

    public DhcpMessageType Type => Message.Type;

    public string Yours => DhcpMessage.ToAddress(Message.YourAddress).ToString();

    public string To => _reply.Destination.ToString();

    public bool ByHardware => !_reply.HardwareAddress.IsEmpty;

    public int Length => _reply.Packet.Length;

    public ReadOnlySpan<byte> Packet => _reply.Packet.Span;

    public bool Has(DhcpOption option) => Message.Has(option);

    public string Address(DhcpOption option) => DhcpMessage.ToAddress(Message.AddressOption(option)).ToString();

    public string Text(DhcpOption option) => Encoding.ASCII.GetString(Message.Option(option));

    public string Hex(DhcpOption option) => Convert.ToHexStringLower(Message.Option(option));

    public string File => Encoding.ASCII.GetString(Message.File);

    public string NextServer => DhcpMessage.ToAddress(Message.NextServerAddress).ToString();
}
