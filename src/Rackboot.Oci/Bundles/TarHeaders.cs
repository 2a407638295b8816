using System.Text;

namespace Rackboot.Oci.Bundles;

/// <summary>Passes on a tar, and refuses extended headers that are longer than any writer makes them: the framework's reader makes room for
/// as much as a header claims, so that one of a few bytes could cost gigabytes.</summary>
internal sealed class TarHeaders(Stream tar) : Stream
{
    private const int BlockBytes = 512;
    private const int MostExtension = 1 << 20;

    private readonly byte[] _header = new byte[BlockBytes];
    private readonly MemoryStream _extension = new();
    private int _filled;
    private long _content; // what is left of the entry, with what fills its last block
    private long _captured; // how much of that belongs to an extended header

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = tar.Read(buffer);
        Follow(buffer[..read]);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await tar.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        Follow(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private void Follow(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var part = bytes[..(int)Math.Min(bytes.Length, _content > 0 ? _content : BlockBytes - _filled)];
            bytes = bytes[part.Length..];
            if (_content > 0)
            {
                _extension.Write(part[..(int)Math.Min(part.Length, _captured)]);
                _captured = Math.Max(0, _captured - part.Length);
                _content -= part.Length;
                continue;
            }

            part.CopyTo(_header.AsSpan(_filled));
            _filled = (_filled + part.Length) % BlockBytes;
            if (_filled == 0)
                Begin();
        }
    }

    // POSIX.1-2024 pax, "ustar Interchange Format": the size is at 124, the type at 156.
    private void Begin()
    {
        var size = Number(_header.AsSpan(124, 12));
        var type = (char)_header[156];
        if (type is 'x' or 'g' or 'L' or 'K')
        {
            if (size is < 0 or > MostExtension)
                throw new InvalidDataException("the bundle has an extended header that no writer makes; it is damaged, copy it again");
            _extension.SetLength(0);
            _captured = type == 'x' ? size : 0;
        }
        else
        {
            size = Extended() ?? size;
            _extension.SetLength(0);
        }

        _content = size <= 0 ? 0 : (size + BlockBytes - 1) / BlockBytes * BlockBytes;
    }

    // "LENGTH size=NUMBER\n" replaces the size of the entry that follows.
    private long? Extended()
    {
        var text = Encoding.ASCII.GetString(_extension.GetBuffer(), 0, (int)_extension.Length);
        var at = text.IndexOf(" size=", StringComparison.Ordinal);
        return at >= 0 && long.TryParse(text.AsSpan(at + 6, Math.Max(0, text.IndexOf('\n', at) - at - 6)), out var size) ? size : null;
    }

    // Octal digits, or a binary number behind a first byte with its highest bit.
    private static long Number(ReadOnlySpan<byte> field)
    {
        var number = 0L;
        if ((field[0] & 0x80) != 0)
        {
            foreach (var b in field[4..])
                number = number << 8 | b;
            return number;
        }

        foreach (var b in field)
            if (b is >= (byte)'0' and <= (byte)'7')
                number = number << 3 | (uint)(b - '0');
        return number;
    }
}
