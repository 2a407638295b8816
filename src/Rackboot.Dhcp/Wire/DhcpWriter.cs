using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace Rackboot.Dhcp;

/// <summary>Writes a reply into a caller's buffer. Fixed fields first, then options in the order they are to stand.</summary>
public ref struct DhcpWriter
{
    /// <summary>Some relays and boot ROMs drop anything shorter (RFC 1542 §2.1 asks for 300).</summary>
    public const int LeastLength = 300;

    private readonly Span<byte> _buffer;
    private int _position;

    /// <param name="buffer">Cleared here; its length is the longest reply that the client takes.</param>
    /// <param name="request">Whose <c>htype</c>, <c>xid</c>, <c>flags</c>, <c>giaddr</c> and <c>chaddr</c> come back (RFC 2131 §4.3.1 table
    /// 3).</param>
    public DhcpWriter(Span<byte> buffer, DhcpMessage request)
    {
        _buffer = buffer;
        _buffer.Clear();
        _buffer[0] = 2; // BOOTREPLY
        _buffer[1] = request.HardwareType;
        _buffer[2] = (byte)request.HardwareAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[4..], request.TransactionId);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], request.Flags);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[24..], request.RelayAddress);
        request.HardwareAddress.CopyTo(_buffer[28..]);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[236..], DhcpMessage.MagicCookie);
        _position = DhcpMessage.HeaderLength;
    }

    /// <summary>A client's message (BOOTREQUEST) that asks for answers by broadcast (RFC 2131 §4.1).</summary>
    /// <param name="buffer">Cleared here.</param>
    /// <param name="hardwareAddress">Of the client's Ethernet card.</param>
    public DhcpWriter(Span<byte> buffer, ReadOnlySpan<byte> hardwareAddress, uint transaction)
    {
        _buffer = buffer;
        _buffer.Clear();
        _buffer[0] = 1; // BOOTREQUEST
        _buffer[1] = DhcpMessage.Ethernet;
        _buffer[2] = (byte)hardwareAddress.Length;
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[4..], transaction);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], DhcpMessage.BroadcastFlag);
        hardwareAddress.CopyTo(_buffer[28..]);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer[236..], DhcpMessage.MagicCookie);
        _position = DhcpMessage.HeaderLength;
    }

    /// <summary>Bytes to keep free for options that are written last, in any case.</summary>
    public int Reserved { get; set; }

    public readonly ushort Flags
    {
        set => BinaryPrimitives.WriteUInt16BigEndian(_buffer[10..], value);
    }

    public readonly uint ClientAddress
    {
        set => BinaryPrimitives.WriteUInt32BigEndian(_buffer[12..], value);
    }

    public readonly uint YourAddress
    {
        set => BinaryPrimitives.WriteUInt32BigEndian(_buffer[16..], value);
    }

    public readonly uint NextServerAddress
    {
        set => BinaryPrimitives.WriteUInt32BigEndian(_buffer[20..], value);
    }

    /// <summary>Writes the <c>file</c> field; a name that does not fit stands in option 67 alone.</summary>
    public readonly void File(string name)
    {
        if (name.Length < 128)
            Encoding.ASCII.GetBytes(name, _buffer.Slice(108, 128));
    }

    public readonly void ServerName(string name)
    {
        if (name.Length < 64)
            Encoding.ASCII.GetBytes(name, _buffer.Slice(44, 64));
    }

    /// <summary>Writes an option, in several parts if it is longer than 255 bytes (RFC 3396).</summary>
    /// <returns>False if there is no room for it and the end option; nothing is written then.</returns>
    public bool Option(DhcpOption option, scoped ReadOnlySpan<byte> value)
    {
        var parts = Math.Max(1, (value.Length + 254) / 255);
        if (_position + value.Length + 2 * parts + 1 + Reserved > _buffer.Length)
            return false;
        do
        {
            var part = value[..Math.Min(255, value.Length)];
            _buffer[_position++] = (byte)option;
            _buffer[_position++] = (byte)part.Length;
            part.CopyTo(_buffer[_position..]);
            _position += part.Length;
            value = value[part.Length..];
        }
        while (!value.IsEmpty);
        return true;
    }

    public bool Option(DhcpOption option, byte value) => Option(option, [value]);

    public bool Option(DhcpOption option, uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return Option(option, bytes);
    }

    public bool Option(DhcpOption option, string value)
    {
        Span<byte> bytes = stackalloc byte[512];
        return value.Length <= bytes.Length && Option(option, bytes[..Encoding.ASCII.GetBytes(value, bytes)]);
    }

    public bool Option(DhcpOption option, IReadOnlyList<IPAddress> addresses)
    {
        Span<byte> bytes = stackalloc byte[4 * Math.Min(addresses.Count, 16)];
        for (var i = 0; i < bytes.Length / 4; i++)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[(4 * i)..], DhcpMessage.ToNumber(addresses[i]));
        return bytes.IsEmpty || Option(option, bytes);
    }

    /// <summary>Ends the message.</summary>
    /// <returns>Its length.</returns>
    public int End()
    {
        _buffer[_position++] = (byte)DhcpOption.End;
        return Math.Max(_position, Math.Min(LeastLength, _buffer.Length));
    }
}
