namespace Rackboot.Core.Console;

/// <summary>The last bytes of a console, for new watchers.</summary>
public sealed class ConsoleBacklog(int capacity)
{
    private readonly byte[] _ring = new byte[capacity];
    private long _written;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        _written += bytes.Length;
        if (bytes.Length > capacity)
            bytes = bytes[^capacity..];
        var at = (int)((_written - bytes.Length) % capacity);
        var first = Math.Min(bytes.Length, capacity - at);
        bytes[..first].CopyTo(_ring.AsSpan(at));
        bytes[first..].CopyTo(_ring);
    }

    /// <summary>The whole backlog. If older bytes are gone it begins at a line start, so that it contains no partial escape
    /// sequence.</summary>
    public byte[] ToArray()
    {
        if (_written <= capacity)
            return _ring[..(int)_written];
        var oldest = (int)(_written % capacity);
        byte[] all = [.. _ring.AsSpan(oldest), .. _ring.AsSpan(0, oldest)];
        var newline = Array.IndexOf(all, (byte)'\n');
        return newline < 0 ? all : all[(newline + 1)..];
    }
}
