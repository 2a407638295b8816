using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Core.Images;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Talos;
using CoreProfile = Rackboot.Core.Profiles.Profile;

namespace Rackboot.Daemon.Mirror;

/// <summary>Maintenance of the asset store: verifying all files, and removing unused ones.</summary>
internal sealed class AssetCareApi(AssetStore assets, ImageStore images, ContentStore content, Inventory inventory, TimeProvider time)
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

    // Boot files of cluster machines. A machine not seen yet may have any architecture.
    private IEnumerable<CoreProfile> OfClusters() => inventory.Fleet.Machines.Where(m => m.Seat is not null)
        .SelectMany(m => m.Observed.Architecture is { } architecture ? [architecture] : TalosVersion.Architectures, (
            m, architecture) => m.Seat!.Profile(architecture));

    private async Task<IResult> PruneAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<AssetPruneOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (order.OlderThanDays is < 0 or > MostDays)
            return Answers.Invalid([new ProblemError("/olderThanDays", $"must be a number of days from 0 to {MostDays}")]);
        var before = time.GetUtcNow().AddDays(-order.OlderThanDays);
        var plan = AssetPrune.Plan(assets.All.Values, inventory.Profiles.Values.Concat(OfClusters()), before);
        if (!order.DryRun)
        {
            foreach (var asset in plan)
                await assets.RemoveAsync(asset.Name);
            foreach (var file in content.Abandoned().Where(f => f.LastWriteTimeUtc < before.UtcDateTime))
                file.Delete();
        }

        return Answers.List(plan.Select(a =>
            new Contracts.Asset(a.Name, a.Bytes, a.Sha256, a.Added, a.Origin.ToString().ToLowerInvariant())));
    }
}
