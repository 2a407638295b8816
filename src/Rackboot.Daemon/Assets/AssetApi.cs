using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Assets;

/// <summary>Boot files: list, import, remove.</summary>
internal sealed class AssetApi(AssetStore assets)
{
    private const long MostBytes = 8L * 1024 * 1024 * 1024;

    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Assets).WithTags("assets");
        group.MapGet("", ([AsParameters] Page page) => page.Of(assets.All.Values, a => a.Name, Write))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("List boot files by name").Produces<ItemList<Contracts.Asset>>().Produces<Problem>(400);
        group.MapGet("{**name}", (string name) =>
                assets.Find(name) is { } asset ? Results.Json(Write(asset), Document.Json) : Answers.NotFound($"there is no asset {name}"))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("Get one boot file").Produces<Contracts.Asset>().Produces<Problem>(404);
        group.MapPut("{**name}", (Delegate)PutAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Store the request body as a boot file").Produces<Contracts.Asset>().Produces<Contracts.Asset>(201)
                .Produces<Problem>(422);
        group.MapDelete("{**name}", async (HttpContext http, string name) =>
                await assets.RemoveAsync(name, Caller.Of(http)) is { } refusal ? Answers.Refused(refusal) : Results.NoContent())
            .Needs(AccessRole.Operator)
            .WithSummary("Remove a boot file").Produces(204).Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> PutAsync(HttpContext http, string name)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var applied = await assets.ImportAsync(name, http.Request.Body, Caller.Of(http), http.RequestAborted);
        return applied.Refusal is { } refusal
            ? Answers.Refused(refusal)
            : Results.Json(Write(applied.Document!), Document.Json,
                statusCode: applied.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static Contracts.Asset Write(Core.Assets.Asset asset) =>
        new(asset.Name, asset.Bytes, asset.Sha256, asset.Added, asset.Origin.ToString().ToLowerInvariant());
}
