namespace Rackboot.Backup;

/// <summary>Encrypts what is written to it, chunk by chunk. <see cref="FinishAsync"/> writes the last chunk; a file without it is known to
/// be cut short.</summary>
internal sealed class SealingStream(Stream to, Chunks chunks) : Stream
{
    private readonly byte[] _plain = new byte[Chunks.PlainBytes];
    private readonly byte[] _chunk = new byte[Chunks.SealedBytes];
    private int _filled;
    private ulong _number;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel = default)
    {
        while (!bytes.IsEmpty)
        {
            // A full chunk waits until there is more: the last one is marked.
            if (_filled == _plain.Length)
                await PutAsync(last: false, cancel).ConfigureAwait(false);
            var part = Math.Min(bytes.Length, _plain.Length - _filled);
            bytes[..part].CopyTo(_plain.AsMemory(_filled));
            _filled += part;
            bytes = bytes[part..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public async Task FinishAsync(CancellationToken cancel)
    {
        await PutAsync(last: true, cancel).ConfigureAwait(false);
        await to.FlushAsync(cancel).ConfigureAwait(false);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private async Task PutAsync(bool last, CancellationToken cancel)
    {
        chunks.Seal(_number++, last, _plain.AsSpan(0, _filled), _chunk);
        await to.WriteAsync(_chunk.AsMemory(0, _filled + Chunks.TagBytes), cancel).ConfigureAwait(false);
        _filled = 0;
    }
}
