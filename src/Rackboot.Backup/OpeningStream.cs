namespace Rackboot.Backup;

/// <summary>Decrypts a backup. Nothing is given out that was not found whole; the end is the end only if the last chunk says so.</summary>
internal sealed class OpeningStream(Stream from, Chunks chunks) : Stream
{
    private readonly byte[] _plain = new byte[Chunks.PlainBytes];

    // One byte more than a chunk tells whether another follows.
    private readonly byte[] _chunk = new byte[Chunks.SealedBytes + 1];
    private int _read;
    private int _start;
    private int _end;
    private bool _ended;
    private ulong _number;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <exception cref="BackupException">The backup is cut short or damaged.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel = default)
    {
        while (_start == _end && !_ended)
            await NextAsync(cancel).ConfigureAwait(false);
        var length = Math.Min(buffer.Length, _end - _start);
        _plain.AsMemory(_start, length).CopyTo(buffer);
        _start += length;
        return length;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async Task NextAsync(CancellationToken cancel)
    {
        _read += await from.ReadAtLeastAsync(_chunk.AsMemory(_read), _chunk.Length - _read, throwOnEndOfStream: false, cancel)
            .ConfigureAwait(false);
        var last = _read <= Chunks.SealedBytes;
        var chunk = _chunk.AsMemory(0, Math.Min(_read, Chunks.SealedBytes));
        if (chunk.Length < Chunks.TagBytes)
            throw CutShort();
        if (!chunks.TryOpen(_number, last, chunk.Span, _plain))
            throw last && (chunk.Length < Chunks.SealedBytes || chunks.TryOpen(_number, last: false, chunk.Span, _plain))
                ? CutShort() : new BackupException($"the backup is damaged at byte {_number * Chunks.SealedBytes:N0}; take another copy "
                    + "of it");
        (_start, _end, _ended) = (0, chunk.Length - Chunks.TagBytes, last);
        _number++;
        if (!last)
            _chunk[0] = _chunk[Chunks.SealedBytes];
        _read = last ? 0 : 1;
    }

    private BackupException CutShort() =>
        new($"the backup is cut short, or damaged near its end, after {_number * Chunks.PlainBytes:N0} bytes; take another copy of it");
}
