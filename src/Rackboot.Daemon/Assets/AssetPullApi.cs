using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Talos;
using Rackboot.Talos.ImageFactory;

namespace Rackboot.Daemon.Assets;

/// <summary>Fetching boot files from an Image Factory.</summary>
internal sealed class AssetPullApi(AssetPulls pulls)
{
    internal void Map(IEndpointRouteBuilder api) =>
        api.MapPost(ApiPaths.Assets + "/pull", (Delegate)PostAsync).WithTags("assets")
            .Needs(AccessRole.Operator)
            .WithSummary("Fetch the boot files of a Talos release from an Image Factory; streams each file's progress as server-sent "
                + "events. The fetch continues if the client disconnects")
            .Accepts<AssetPullOrder>("application/json").Produces<AssetPullProgress>(contentType: "text/event-stream")
            .Produces<Problem>(409)
                .Produces<Problem>(422);

    private async Task<IResult> PostAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<AssetPullOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        var request = Read(order, errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        return pulls.Mistake(request) is { } refusal
            ? Answers.Refused(refusal) : Results.ServerSentEvents(Follow(request, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> Follow(PullRequest request, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var p in pulls.PullAsync(request, cancel))
            yield return new SseItem<string>(
                JsonSerializer.Serialize(new AssetPullProgress(p.Name, (AssetPullStep)p.Step, p.Text, p.Bytes, p.Total), Document.Json),
                "progress");
    }

    private static PullRequest Read(AssetPullOrder order, List<ProblemError> errors)
    {
        if (!TalosVersion.IsValid(order.Version))
            errors.Add(new("/version", $"\"{order.Version}\" is not a Talos version; allowed: like v1.14.0 or v1.14.0-beta.1"));
        var architectures = order.Architectures is { Count: > 0 } given ? given : ["amd64"];
        foreach (var unknown in architectures.Where(a => !TalosVersion.Architectures.Contains(a)))
            errors.Add(new("/architectures",
                $"\"{unknown}\" is not a Talos architecture; allowed: {string.Join(", ", TalosVersion.Architectures)}"));
        if (order.SchematicId is { } id && !Schematic.IsId(id))
            errors.Add(new("/schematicId", $"\"{id}\" is not a schematic id; allowed: 64 hexadecimal digits"));
        if (order.SchematicId is not null && order.Schematic is not null)
            errors.Add(new("/schematic", "cannot be combined with schematicId; set one of them"));
        Schematic? schematic = null;
        if (order.Schematic is not null && !Schematic.TryParse(order.Schematic, out schematic, out var mistakes))
            errors.AddRange(mistakes.Select(m => new ProblemError("/schematic", m.ToString())));
        if (!TryUrl(order.Factory, out var factory))
            errors.Add(new("/factory", $"\"{order.Factory}\" is not a URL; allowed: like https://factory.talos.dev"));
        return new PullRequest(order.Version, order.SchematicId, schematic, [.. architectures.Distinct()], factory);
    }

    private static bool TryUrl(string? text, out Uri? url)
    {
        url = null;
        return text is null || (Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https");
    }
}
