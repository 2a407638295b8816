using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Core.Images;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Mirror;

/// <summary>Maintenance of the asset store: verifying all files, and removing unused ones.</summary>
internal sealed class AssetCareApi(AssetStore assets, ImageStore images, ContentStore content, AssetKeeper keeper)
{
    private const int MostDays = 3650;

    internal void Map(IEndpointRouteBuilder api)
    {
        api.MapPost(ApiPaths.Assets + "/verify", (HttpContext http) => Results.ServerSentEvents(VerifyAsync(http.RequestAborted)))
            .WithTags("assets")
            .Needs(AccessRole.Operator)
            .WithSummary("Verify the checksum of every stored file; streams each result as a server-sent event")
            .Produces<AssetCheckResult>(contentType: "text/event-stream");
        api.MapPost(ApiPaths.Assets + "/prune", (Delegate)PruneAsync).WithTags("assets")
            .Needs(AccessRole.Operator)
            .WithSummary("Remove the Talos boot files that no profile uses, and list them")
            .Accepts<AssetPruneOrder>("application/json").Produces<ItemList<Contracts.Asset>>().Produces<Problem>(422);
    }

    private async IAsyncEnumerable<SseItem<string>> VerifyAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var files = assets.All.Values.Select(a => (a.Name, Path: a.File, a.Sha256, a.Bytes))
            .Concat(images.All.SelectMany(i =>
                i.Parts.Select(p => (Name: $"{i.Reference} sha256:{p.Sha256}", Path: content.PathOf(p.Sha256), p.Sha256, p.Bytes))))
                .DistinctBy(f => f.Path);
        foreach (var (name, path, sha256, bytes) in files)
        {
            var mistake = await ContentCheck.MistakeAsync(path, sha256, bytes, cancel);
            var result = new AssetCheckResult(name, bytes, mistake is null ? null : $"{mistake}; remove it and import it again");
            yield return new SseItem<string>(JsonSerializer.Serialize(result, Document.Json), "file");
        }
    }

    private async Task<IResult> PruneAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<AssetPruneOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (order.OlderThanDays is < 0 or > MostDays)
            return Answers.Invalid([new ProblemError("/olderThanDays", $"must be a number of days from 0 to {MostDays}")]);
        var plan = await keeper.PruneAsync(TimeSpan.FromDays(order.OlderThanDays), order.DryRun, Caller.Of(http));
        return Answers.List(plan.Select(a =>
            new Contracts.Asset(a.Name, a.Bytes, a.Sha256, a.Added, a.Origin.ToString().ToLowerInvariant())));
    }
}
