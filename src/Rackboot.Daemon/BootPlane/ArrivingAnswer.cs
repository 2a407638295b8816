using Rackboot.Core.Assets;
using Rackboot.Transfer;

namespace Rackboot.Daemon.BootPlane;

/// <summary>A file that is still being fetched, as the answer to GET or HEAD: what is here leaves at once, the rest as it comes.</summary>
internal sealed class ArrivingAnswer(Fetch fetch, string type) : IResult
{
    private const int PieceBytes = 256 * 1024;

    public async Task ExecuteAsync(HttpContext http)
    {
        var cancel = http.RequestAborted;
        try
        {
            using var file = await fetch.OpenAsync(cancel).ConfigureAwait(false);
            if (file is null || fetch.Total is not { } total)
            {
                // It is whole meanwhile, or its length is not known before its end.
                http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                http.Response.Headers.RetryAfter = "1";
                return;
            }

            http.Response.ContentType = type;
            http.Response.ContentLength = total;
            if (!HttpMethods.IsHead(http.Request.Method))
                await SendAsync(http.Response, file, total, cancel).ConfigureAwait(false);
        }
        catch (TransferException) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status502BadGateway;
        }
        catch (TransferException)
        {
            http.Abort(); // half a file must not pass for a whole one
        }
    }

    private async Task SendAsync(HttpResponse response, Microsoft.Win32.SafeHandles.SafeFileHandle file, long total,
        CancellationToken cancel)
    {
        var buffer = new byte[PieceBytes];
        for (long at = 0; at < total;)
        {
            var here = await fetch.WaitAsync(at, cancel).ConfigureAwait(false);
            while (at < here)
            {
                var read = await RandomAccess.ReadAsync(file, buffer.AsMemory(0, (int)Math.Min(buffer.Length, here - at)), at, cancel)
                    .ConfigureAwait(false);
                if (read == 0)
                    throw new TransferException(TransferFailure.WrongContent, "the download of the file was restarted");
                await response.Body.WriteAsync(buffer.AsMemory(0, read), cancel).ConfigureAwait(false);
                at += read;
            }
        }
    }
}
