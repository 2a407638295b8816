using System.Text;

namespace Rackboot.Core.Console;

/// <summary>Inserts the time before each line of output, when its first byte arrives.</summary>
/// <param name="atLineStart">Whether the next byte begins a line.</param>
public sealed class LineStamps(TimeProvider time, bool atLineStart = true)
{
    private bool _atLineStart = atLineStart;

    public byte[] Stamp(ReadOnlySpan<byte> bytes)
    {
        using var stamped = new MemoryStream(bytes.Length + 64);
        while (!bytes.IsEmpty)
        {
            if (_atLineStart)
                stamped.Write(Encoding.ASCII.GetBytes($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} "));
            var newline = bytes.IndexOf((byte)'\n');
            var length = newline < 0 ? bytes.Length : newline + 1;
            stamped.Write(bytes[..length]);
            bytes = bytes[length..];
            _atLineStart = newline >= 0;
        }

        return stamped.ToArray();
    }
}
