using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Rackboot.Contracts;
using Rackboot.Core.Images;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Mirror;

/// <summary>The mirror of container images: its images, and the import of bundles.</summary>
internal sealed class MirrorApi(ImageStore images, BundleImport import)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Mirror).WithTags("mirror");
        group.MapGet("images", () => Answers.List(images.All.Select(Write)))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("List the mirror's container images").Produces<ItemList<MirrorImage>>();
        group.MapDelete("images/{**reference}", async (HttpContext http, string reference) =>
                await images.RemoveAsync(reference, Caller.Of(http)) is { } refusal ? Answers.Refused(refusal) : Results.NoContent())
            .Needs(AccessRole.Operator)
            .WithSummary("Remove an image by reference").Produces(204).Produces<Problem>(404);
        group.MapGet("bundles", () => Answers.List(images.Bundles.Select(Write)))
            .Needs(AccessRole.Viewer, Reach.Shared)
            .WithSummary("List imported bundles, newest first").Produces<ItemList<MirrorBundle>>();
        group.MapPost("bundles", (Delegate)PostAsync)
            .Needs(AccessRole.Operator)
            .WithSummary("Import the request body as a bundle, completely or not at all").Produces<MirrorBundle>(201).Produces<Problem>(409)
                .Produces<Problem>(422);
    }

    private async Task<IResult> PostAsync(HttpContext http)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = null; // limited only by the disk, which the import checks first
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var applied = await import.ImportAsync(http.Request.Body, Caller.Of(http), http.RequestAborted);
        // A client that still sends would see a broken connection instead of the reason.
        await http.Request.Body.CopyToAsync(Stream.Null, http.RequestAborted);
        return applied.Refusal is { } refusal
            ? Answers.Refused(refusal) : Results.Json(Write(applied.Document!), Document.Json, statusCode: StatusCodes.Status201Created);
    }

    private static MirrorImage Write(MirroredImage image) => new(image.Reference, image.Digest, image.Bytes, image.Added, image.Bundle);

    private static MirrorBundle Write(MirroredBundle b) => new(b.Id, b.Title, b.Created, b.Imported, b.Images, b.Files, b.Bytes, b.Base);
}
