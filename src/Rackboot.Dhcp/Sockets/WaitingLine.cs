using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Messages of clients that do not go first, while more come in than can be answered. When it is full the oldest is dropped: its
/// client has asked again by then, or nobody waits for the answer.</summary>
internal sealed class WaitingLine(int most)
{
    private const int UsualBytes = 600;
    private const int MostSpare = 128;

    private readonly Queue<(byte[] Bytes, int Length, IPEndPoint Source)> _waiting = [];
    private readonly Stack<byte[]> _spare = []; // every message goes through here, and leaves nothing for the collector

    public bool IsEmpty => _waiting.Count == 0;

    /// <summary>Adds a message.</summary>
    /// <returns>Who sent the one that was dropped for it; null if none was.</returns>
    public IPEndPoint? Add(ReadOnlySpan<byte> packet, IPEndPoint source)
    {
        IPEndPoint? dropped = null;
        if (_waiting.Count >= most)
            Next(out dropped);
        var bytes = packet.Length <= UsualBytes && _spare.TryPop(out var spare) ? spare : new byte[Math.Max(UsualBytes, packet.Length)];
        packet.CopyTo(bytes);
        _waiting.Enqueue((bytes, packet.Length, source));
        return dropped;
    }

    /// <summary>Takes the oldest message; its bytes are good until the next one is added.</summary>
    public ReadOnlySpan<byte> Next(out IPEndPoint source)
    {
        (var bytes, var length, source) = _waiting.Dequeue();
        if (_spare.Count < MostSpare)
            _spare.Push(bytes);
        return bytes.AsSpan(0, length);
    }
}
