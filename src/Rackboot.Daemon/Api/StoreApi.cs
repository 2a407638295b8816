using Rackboot.Contracts;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Daemon.Api;

/// <summary>The store itself: its key, and the refusal that everybody gets while it takes no change.</summary>
public sealed class StoreApi(SqliteStore store, EventLog events)
{
    private const int NoSpaceLeft = 28; // ENOSPC

    internal void Map(WebApplication app)
    {
        app.Use(RefuseAsync);
        app.MapPost(ApiPaths.StoreKey, (Delegate)ChangeKeyAsync)
            .WithSummary("Make a new key for the store and encrypt every secret with it").WithTags("store").Produces<StoreKeyChange>().Produces<Problem>(409).Produces<Problem>(507);
    }

    private static async Task RefuseAsync(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http).ConfigureAwait(false);
        }
        catch (IOException e) when (!http.Response.HasStarted && (e is StoreException || (e.HResult & 0xffff) == NoSpaceLeft))
        {
            var full = e is not StoreException { Trouble.Fault: not (StoreFault.DiskFull or StoreFault.DiskLow) };
            await Answers.Problem(full ? StatusCodes.Status507InsufficientStorage : StatusCodes.Status503ServiceUnavailable, "Nothing was changed", e.Message).ExecuteAsync(http).ConfigureAwait(false);
        }
    }

    private async Task<IResult> ChangeKeyAsync()
    {
        try
        {
            var key = await store.ChangeKeyAsync().ConfigureAwait(false);
            events.Add("store.key", Level.Info, null, null, $"the store is encrypted with the new key {key.Id}; keep a copy of {key.Source}");
            return Results.Json(new StoreKeyChange(key.Id, key.Source), Document.Json);
        }
        catch (Exception e) when (e is IOException and not StoreException || e is InvalidDataException)
        {
            return Answers.Problem(StatusCodes.Status409Conflict, "The key was not changed", e.Message);
        }
    }
}
