using System.ComponentModel;
using Rackboot.Contracts;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Audit;

/// <summary>The audit, to read and to check.</summary>
internal sealed class AuditApi(AuditLog audit)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Audit).WithTags("audit");
        group.MapGet("", List).WithSummary("What was done and refused, newest first").Needs(AccessRole.Admin)
            .Produces<ItemList<AuditEntry>>().Produces<Problem>(400);
        group.MapGet("check", (
                [Description("The head of an earlier check; it must still be in the audit.")] string? contains) =>
                Results.Json(audit.Check(contains), Document.Json))
            .WithSummary("Compute every hash of the audit again").Needs(AccessRole.Admin).Produces<AuditCheck>();
    }

    private IResult List(
        [AsParameters] Page page,
        [Description("Only what this caller did, like token:ci.")] string? who,
        [Description("Only what was asked from this address, or from socket.")] string? from,
        [Description("Only what has this in its method and path.")] string? what,
        [Description("Only what was about this machine.")] string? machine,
        [Description("Only what came at this time or after it.")] DateTimeOffset? since,
        [Description("Only what came before this time.")] DateTimeOffset? until,
        [Description("Only what was refused or failed.")] bool? failed)
    {
        return page.Of(
            after => audit.Newest(long.TryParse(after, out var id) ? id : null).TakeWhile(e => since is null || e.Time >= since).Where(e =>
                (who is null || e.Who == who) && (from is null || e.From == from) && (until is null || e.Time < until)
                && (what is null || e.What.Contains(what, StringComparison.OrdinalIgnoreCase))
                && (machine is null || e.Machines.Contains(machine)) && (failed is not true || e.Result >= 400)),
            e => $"{e.Id}", Write);
    }

    private static AuditEntry Write(AuditRecord e) => new()
    {
        Id = e.Id, Time = e.Time, Who = e.Who, From = e.From, What = e.What, Machines = e.Machines, Result = e.Result,
        Detail = e.Detail, Previous = e.Previous, Hash = e.Hash,
    };
}
