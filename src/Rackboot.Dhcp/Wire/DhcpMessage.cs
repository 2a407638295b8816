using System.Buffers.Binary;
using System.Net;

namespace Rackboot.Dhcp;

/// <summary>A parsed DHCP message (RFC 2131 §2). One instance is filled again and again; its spans are good until the next
/// message.</summary>
public sealed class DhcpMessage
{
    /// <summary>Of the fixed fields and the magic cookie, in bytes.</summary>
    public const int HeaderLength = 240;
    public const uint MagicCookie = 0x63825363;
    public const ushort BroadcastFlag = 0x8000;

    /// <summary>The <c>htype</c> of Ethernet.</summary>
    public const byte Ethernet = 1;

    internal const int RelayAddressOffset = 24;
    internal const int HardwareAddressOffset = 28;

    private const int MostPacketBytes = 16 * 1024;
    private const int MostOptionBytes = 4096;

    private readonly byte[] _header = new byte[HeaderLength];
    private readonly byte[] _values = new byte[MostOptionBytes];
    private readonly ushort[] _starts = new ushort[256];
    private readonly ushort[] _lengths = new ushort[256];
    private readonly bool[] _present = new bool[256];
    private readonly byte[] _codes = new byte[256]; // the options that are there: a message has ten of 256
    private int _count;

    /// <summary>1 for a client's message, 2 for a server's.</summary>
    public byte Op => _header[0];

    public byte HardwareType => _header[1];

    public byte Hops => _header[3];

    /// <summary><c>xid</c>.</summary>
    public uint TransactionId => BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(4));

    public ushort Seconds => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(8));

    public ushort Flags => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(10));

    public uint ClientAddress => Address(12);

    public uint YourAddress => Address(16);

    public uint NextServerAddress => Address(20);

    public uint RelayAddress => Address(RelayAddressOffset);

    /// <summary><c>chaddr</c>, as long as <c>hlen</c> says.</summary>
    public ReadOnlySpan<byte> HardwareAddress => _header.AsSpan(HardwareAddressOffset, _header[2]);

    /// <summary>The boot file name field, up to its first NUL; empty where it holds options (RFC 2132 §9.3).</summary>
    public ReadOnlySpan<byte> File => Overload.HasFlag(OverloadedFields.File) ? [] : UpToNul(_header.AsSpan(108, 128));

    /// <summary>The server name field, up to its first NUL; empty where it holds options.</summary>
    public ReadOnlySpan<byte> ServerName => Overload.HasFlag(OverloadedFields.ServerName) ? [] : UpToNul(_header.AsSpan(44, 64));

    public DhcpMessageType Type => (DhcpMessageType)Option(DhcpOption.MessageType)[0];

    [Flags]
    private enum OverloadedFields : byte
    {
        File = 1,
        ServerName = 2,
    }

    private OverloadedFields Overload => Option(DhcpOption.Overload) is [var fields] ? (OverloadedFields)fields : 0;

    public bool Has(DhcpOption option) => _present[(byte)option];

    /// <summary>The value of <paramref name="option"/>, put together from all its parts (RFC 3396); empty if it is not there.</summary>
    public ReadOnlySpan<byte> Option(DhcpOption option) => _values.AsSpan(_starts[(byte)option], _lengths[(byte)option]);

    /// <summary>The value of an option that holds one address; 0 if it is not there.</summary>
    public uint AddressOption(DhcpOption option) => Option(option) is { Length: 4 } value ? BinaryPrimitives.ReadUInt32BigEndian(value) : 0;

    public static IPAddress ToAddress(uint address) => new(BinaryPrimitives.ReverseEndianness(address));

    public static uint ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var written) && written == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : 0;
    }

    /// <summary>Reads a message. Any bytes may come; bad ones are refused with a reason that is low in variety.</summary>
    /// <param name="packet">The UDP payload.</param>
    /// <param name="into">Is filled; what it held before is gone even where the packet is refused.</param>
    public static bool TryParse(ReadOnlySpan<byte> packet, DhcpMessage into, out string? error)
    {
        error = into.Read(packet);
        return error is null;
    }

    private string? Read(ReadOnlySpan<byte> packet)
    {
        Forget();
        if (packet.Length > MostPacketBytes)
            return "longer than a DHCP message";
        if (packet.Length < HeaderLength)
            return "shorter than a DHCP message";
        packet[..HeaderLength].CopyTo(_header);
        if (Address(236) != MagicCookie)
            return "the DHCP magic cookie is missing";
        if (_header[0] is not (1 or 2))
            return "op is neither request nor reply";
        if (_header[2] > 16)
            return "hardware address longer than its field";
        if (HardwareType == Ethernet && _header[2] != 6)
            return "an Ethernet address that is not 6 bytes long";

        // Where options 66 and 67 leave no room, their fields hold more options: file first, then sname (RFC 3396 §5).
        if (Measure(packet[HeaderLength..]) is { } error)
            return error;
        var overload = OverloadIn(packet[HeaderLength..]);
        if (overload > 3)
            return "option 52 is out of range";
        var file = (overload & 1) != 0 ? packet.Slice(108, 128) : [];
        var serverName = (overload & 2) != 0 ? packet.Slice(44, 64) : [];
        if ((Measure(file) ?? Measure(serverName)) is { } overloadError)
            return overloadError;
        if (!Place())
            return "options too long";
        Copy(packet[HeaderLength..]);
        Copy(file);
        Copy(serverName);
        return Contradiction();
    }

    private string? Contradiction() =>
        Option(DhcpOption.MessageType) is not [>= 1 and <= 8] ? "no valid message type (option 53)"
        : Has(DhcpOption.RequestedAddress) && Option(DhcpOption.RequestedAddress).Length != 4 ? "option 50 is not an address"
        : Has(DhcpOption.ServerIdentifier) && Option(DhcpOption.ServerIdentifier).Length != 4 ? "option 54 is not an address"
        : Option(DhcpOption.RelayAgentInformation).Length > 255 ? "option 82 is longer than one option" // RFC 3046 §2.0
        : Has(DhcpOption.MaximumMessageSize) && Option(DhcpOption.MaximumMessageSize).Length != 2 ? "option 57 is not a size"
        : null;

    // The first of three walks: checks every length and adds up the parts of each option.
    private string? Measure(ReadOnlySpan<byte> area)
    {
        for (var i = 0; i < area.Length;)
        {
            var code = area[i++];
            if (code == (byte)DhcpOption.End)
                return null;
            if (code == (byte)DhcpOption.Pad)
                continue;
            if (i >= area.Length || i + 1 + area[i] > area.Length)
                return "an option runs past the end";
            if (!_present[code])
                (_present[code], _codes[_count++]) = (true, code);
            _lengths[code] += area[i];
            i += 1 + area[i];
        }

        // Some old clients leave the end option out; nothing is lost by it.
        return null;
    }

    private static int OverloadIn(ReadOnlySpan<byte> area)
    {
        for (var i = 0; i + 1 < area.Length && area[i] != (byte)DhcpOption.End;)
        {
            if (area[i] == (byte)DhcpOption.Pad)
            {
                i++;
                continue;
            }

            if (area[i] == (byte)DhcpOption.Overload && area[i + 1] == 1)
                return area[i + 2];
            i += 2 + area[i + 1];
        }

        return 0;
    }

    private bool Place()
    {
        var start = 0;
        foreach (var code in _codes.AsSpan(0, _count))
        {
            _starts[code] = (ushort)start;
            start += _lengths[code];
            if (start > MostOptionBytes)
                return false;
            _lengths[code] = 0;
        }

        return true;
    }

    private void Forget()
    {
        foreach (var code in _codes.AsSpan(0, _count))
            (_present[code], _lengths[code]) = (false, 0);
        _count = 0;
    }

    private void Copy(ReadOnlySpan<byte> area)
    {
        for (var i = 0; i < area.Length && area[i] != (byte)DhcpOption.End;)
        {
            var code = area[i++];
            if (code == (byte)DhcpOption.Pad)
                continue;
            area.Slice(i + 1, area[i]).CopyTo(_values.AsSpan(_starts[code] + _lengths[code]));
            _lengths[code] += area[i];
            i += 1 + area[i];
        }
    }

    private uint Address(int offset) => BinaryPrimitives.ReadUInt32BigEndian(_header.AsSpan(offset));

    private static ReadOnlySpan<byte> UpToNul(ReadOnlySpan<byte> field) =>
        field.IndexOf((byte)0) is >= 0 and var end ? field[..end] : field;
}
