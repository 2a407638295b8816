using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Messages of clients that do not go first, while more come in than can be answered. When it is full the oldest is dropped: its
/// client has asked again by then, or nobody waits for the answer.</summary>
internal sealed class WaitingLine(int most)
{
    private readonly Queue<(byte[] Packet, IPEndPoint Source)> _waiting = [];

    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Adds a message.</summary>
    /// <returns>Who sent the one that was dropped for it; null if none was.</returns>
    public IPEndPoint? Add(ReadOnlySpan<byte> packet, IPEndPoint source)
    {
        var dropped = _waiting.Count >= most ? _waiting.Dequeue().Source : null;
        _waiting.Enqueue((packet.ToArray(), source));
        return dropped;
    }

    public (byte[] Packet, IPEndPoint Source) Next() => _waiting.Dequeue();
}
