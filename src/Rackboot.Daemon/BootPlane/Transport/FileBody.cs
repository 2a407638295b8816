using System.IO.Pipelines;
using Microsoft.AspNetCore.Http.Features;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Sends <paramref name="file"/> straight from memory to the socket, on every path: the framework copies
/// it twice, 16 KiB at a time.</summary>
internal sealed class FileBody(IHttpResponseBodyFeature inner, DirectWriter output, MappedFile file) : IHttpResponseBodyFeature
{
    public Stream Stream => inner.Stream;

    public PipeWriter Writer => inner.Writer;

    public void DisableBuffering() => inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

    public Task CompleteAsync() => inner.CompleteAsync();

    public async Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default)
    {
        await inner.StartAsync(cancellationToken).ConfigureAwait(false);
        await output.SendAsync(Writer, file, offset, count ?? file.Length - offset, cancellationToken).ConfigureAwait(false);
    }
}
