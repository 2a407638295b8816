using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi.Wire;

/// <summary>A Serial-over-LAN payload (IPMI 2.0 §15.9, table 15-2).</summary>
internal readonly ref struct SolPacket
{
    public const int HeaderLength = 4;

    /// <summary>The most characters of a packet: their count has one byte.</summary>
    public const int MostCharacters = 255;

    /// <summary>Packet numbers go from 1 to this; 0 is a packet that only acknowledges.</summary>
    public const byte HighestSequence = 15;

    // Status, from the BMC.
    private const byte Nack = 0x40;
    private const byte TransferUnavailable = 0x20;
    private const byte Deactivated = 0x10;

    // Operation, to the BMC.
    private const byte GenerateBreak = 0x10;

    public byte Sequence { get; private init; }

    /// <summary>The number of the packet of ours that it acknowledges; 0 for none.</summary>
    public byte Acknowledged { get; private init; }

    /// <summary>How many characters of that packet were taken.</summary>
    public byte Accepted { get; private init; }

    public bool IsNack { get; private init; }

    /// <summary>No character can be taken now, as when the machine is off.</summary>
    public bool IsUnavailable { get; private init; }

    public bool IsDeactivated { get; private init; }

    public ReadOnlySpan<byte> Characters { get; private init; }

    public static bool TryParse(ReadOnlySpan<byte> payload, out SolPacket packet, [NotNullWhen(false)] out string? error)
    {
        packet = default;
        error = payload.Length < HeaderLength
            ? "truncated SOL packet"
            : payload.Length > HeaderLength + MostCharacters ? "SOL packet too long" : null;
        if (error is not null)
            return false;
        packet = new SolPacket
        {
            Sequence = (byte)(payload[0] & 0x0F),
            Acknowledged = (byte)(payload[1] & 0x0F),
            Accepted = payload[2],
            IsNack = (payload[3] & Nack) != 0,
            IsUnavailable = (payload[3] & TransferUnavailable) != 0,
            IsDeactivated = (payload[3] & Deactivated) != 0,
            Characters = payload[HeaderLength..],
        };
        return true;
    }

    /// <summary>Writes a packet of characters, or of a break; returns its length.</summary>
    public static int Write(Span<byte> destination, byte sequence, ReadOnlySpan<byte> characters, bool isBreak)
    {
        destination[0] = sequence;
        destination[1] = 0;
        destination[2] = 0;
        destination[3] = isBreak ? GenerateBreak : (byte)0;
        characters.CopyTo(destination[HeaderLength..]);
        return HeaderLength + characters.Length;
    }

    /// <summary>Writes the acknowledgement of a packet, with all its characters.</summary>
    public static void WriteAcknowledgement(Span<byte> destination, in SolPacket packet)
    {
        destination[0] = 0;
        destination[1] = packet.Sequence;
        destination[2] = (byte)packet.Characters.Length;
        destination[3] = 0;
    }
}
