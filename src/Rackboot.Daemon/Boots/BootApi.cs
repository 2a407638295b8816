using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Core.Boot;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Boots;

/// <summary>Boots and their timelines.</summary>
internal sealed class BootApi(BootLog boots)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Boots).WithTags("boots");
        group.MapGet("", List)
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("List boots, newest first").Produces<ItemList<Contracts.Boot>>().Produces<Problem>(400);
        group.MapGet("{id}", (HttpContext http, string id) =>
                boots.Find(id) is { } boot && MachineScope.Of(http).Includes(boot.Machine)
                    ? Results.Json(Write(boot, boots.Timeline(boot.Id)), Document.Json)
                    : Answers.NotFound($"there is no boot {id}"))
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("Get one boot with its timeline; a unique prefix of its id is enough")
            .Produces<Contracts.Boot>().Produces<Problem>(404);
    }

    private IResult List(
        HttpContext http,
        [AsParameters] Page page,
        [Description("Only boots of the machine with this name, now or earlier.")] string? machine,
        [Description("Only boots with this outcome: running, stalled, failed, …")] string? outcome) =>
        Answers.TryWord<Core.Boot.BootOutcome>("outcome", outcome, out var only, out var wrong)
            ? page.Of(
                before => Newest(before, machine)
                    .Where(b => (only is null || b.Outcome == only) && MachineScope.Of(http).Includes(b.Machine)),
                boot => boot.Id, boot => Write(boot))
            : wrong;

    // No more of them than are read.
    private IEnumerable<BootRecord> Newest(string? before, string? machine)
    {
        const int AtOnce = 1000;
        while (boots.Newest(before, machine, AtOnce) is { Count: > 0 } some)
        {
            foreach (var boot in some)
                yield return boot;
            before = some[^1].Id;
        }
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
