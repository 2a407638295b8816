using Rackboot.Core.Assets;
using Rackboot.Transfer;

namespace Rackboot.Daemon.BootPlane;

/// <summary>Answers GET or HEAD with a file that is still being fetched: sends the received part at once, the rest as it arrives.</summary>
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
                // It is complete by now, or its length is unknown until its end.
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
            http.Abort(); // a partial file must not look complete
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
