using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Boots;

/// <summary>Boots and their timelines.</summary>
internal sealed class BootApi(BootLog boots)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Boots).WithTags("boots");
        group.MapGet("", (string? machine) => Answers.List(boots.All().Where(b => machine is null || b.MachineName == machine).Select(b => Write(b))))
            .WithSummary("Boots, newest first").Produces<ItemList<Contracts.Boot>>();
        group.MapGet("{id}", (string id) =>
                boots.Find(id) is { } boot ? Results.Json(Write(boot, boots.Timeline(id)), Document.Json) : Answers.NotFound($"there is no boot {id}"))
            .WithSummary("One boot with its timeline").Produces<Contracts.Boot>().Produces<Problem>(404);
    }

    internal static Contracts.Boot Write(BootRecord boot, IReadOnlyList<Core.Boot.TimelineEntry>? timeline = null) => new()
    {
        Id = boot.Id,
        Machine = boot.MachineName,
        Started = boot.Started,
        Updated = boot.Updated,
        Stage = (Contracts.BootStage)boot.Stage,
        Outcome = (Contracts.BootOutcome)boot.Outcome,
        Now = boot.Now,
        Firmware = boot.Firmware,
        Architecture = boot.Architecture,
        Profile = boot.Profile,
        Stages = boot.Stages.ToDictionary(s => (Contracts.BootStage)s.Key, s => s.Value),
        Timeline = timeline is null ? null : [.. timeline.Select(Write)],
    };

    private static Contracts.TimelineEntry Write(Core.Boot.TimelineEntry entry) =>
        new(entry.Time, (Contracts.BootStage)entry.Stage, entry.Source, entry.Level.ToString().ToLowerInvariant(), entry.Text);
}
