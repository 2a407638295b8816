using Rackboot.Core.Storage;
using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Store;

/// <summary>The answer to every change while the store or its disk accepts none.</summary>
internal static class StoreRefusal
{
    private const int NoSpaceLeft = 28; // ENOSPC

    public static async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (IOException e) when (!http.Response.HasStarted && (e is StoreException || (e.HResult & 0xffff) == NoSpaceLeft))
        {
            var full = e is not StoreException { Trouble.Fault: not (StoreFault.DiskFull or StoreFault.DiskLow) };
            await Answers.Problem(full ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable, "Nothing "
                + "was changed", e.Message).ExecuteAsync(http).ConfigureAwait(false);
        }
    }
}
