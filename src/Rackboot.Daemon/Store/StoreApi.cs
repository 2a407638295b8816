using Rackboot.Contracts;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Store;

/// <summary>The key of the store.</summary>
internal sealed class StoreApi(SqliteStore store, EventLog events)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiPaths.StoreKey, (Delegate)ChangeKeyAsync)
            .Needs(AccessRole.Admin)
            .WithSummary("Create a new store key and encrypt every secret with it").WithTags("store")
            .Produces<StoreKeyChange>().Produces<Problem>(409).Produces<Problem>(507);

    private async Task<IResult> ChangeKeyAsync()
    {
        try
        {
            var key = await store.ChangeKeyAsync().ConfigureAwait(false);
            events.Add("store.key", Level.Info, null, null, $"the store is encrypted with the new key {key.Id}; keep a copy of "
                + $"{key.Source}");
            return Results.Json(new StoreKeyChange(key.Id, key.Source), Document.Json);
        }
        catch (Exception e) when (e is IOException and not StoreException || e is InvalidDataException)
        {
            return Answers.Problem(StatusCodes.Status409Conflict, "The key was not changed", e.Message);
        }
    }
}
