using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Sends whole files by the kernel, and parts of files straight from disk into the server's own buffers, in large pieces: the framework's
/// way copies them twice, 16 KiB at a time.</summary>
internal sealed class FileBody(IHttpResponseBodyFeature inner, DirectConnection? connection) : IHttpResponseBodyFeature
{
    private const int PieceBytes = 256 * 1024;

    public Stream Stream => inner.Stream;

    public PipeWriter Writer => inner.Writer;

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        var length = new FileInfo(path).Length;
        var end = count is { } bytes ? offset + bytes : length;
        await inner.StartAsync(cancellationToken).ConfigureAwait(false);
        if (connection is not null && offset == 0 && end == length)
        {
            await connection.SendAsync(Writer, path, length, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var file = File.OpenHandle(path);
        while (offset < end)
        {
            var piece = Writer.GetMemory(PieceBytes);
            var read = RandomAccess.Read(file, piece.Span[..(int)Math.Min(piece.Length, end - offset)], offset);
            if (read == 0)
                throw new IOException($"{path} became shorter while it was sent");
            Writer.Advance(read);
            offset += read;
            if ((await Writer.FlushAsync(cancellationToken).ConfigureAwait(false)).IsCompleted)
                return;
        }
    }
}
