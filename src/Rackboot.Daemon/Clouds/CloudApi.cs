using System.ComponentModel;
using Rackboot.Cloud;
using Rackboot.Contracts;
using Rackboot.Core.Clouds;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Clouds;

/// <summary>Offers, planned purchases, running servers and their costs, and orphans.</summary>
internal sealed class CloudApi(CloudBook book, CloudLines lines, CloudCatalogue catalogue, CloudReconciler reconciler, Inventory inventory)
{
    private static readonly TimeSpan OfferAge = TimeSpan.FromMinutes(15);

    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Cloud).WithTags("cloud");
        group.MapGet("offers", (Delegate)OffersAsync)
            .Needs(AccessRole.Viewer)
            .WithSummary("List offers of all providers").Produces<ItemList<Contracts.CloudOffer>>().Produces<Problem>(400);
        group.MapGet("machines", (Delegate)MachinesAsync)
            .Needs(AccessRole.Viewer)
            .WithSummary("List machines at providers, and planned ones").Produces<ItemList<CloudMachine>>().Produces<Problem>(
                400);
        group.MapPost("approvals", (Delegate)ApproveAsync)
            .Needs(AccessRole.Admin)
            .WithSummary("Approve the purchase of machines at their current price").Accepts<CloudApproval>("application/json")
            .Produces<ItemList<CloudApprovalResult>>().Produces<Problem>(422);
        group.MapGet("orphans", ([AsParameters] Page page) => page.Of(reconciler.Orphans, o => $"{o.Provider}/{o.Server.Id}", Write))
            .Needs(AccessRole.Viewer)
            .WithSummary("List servers that this appliance bought and that belong to no "
                + "machines").Produces<ItemList<Contracts.CloudOrphan>>().Produces<Problem>(400);
        group.MapPost("orphans/{provider}/{server}/release", (Delegate)ReleaseAsync)
            .Needs(AccessRole.Admin)
            .WithSummary("Release a server that this appliance bought and that belongs to no machine, or confirm a release with a token")
            .Accepts<CloudReleaseOrder>("application/json").Produces<CloudReleased>().Produces<Problem>(404).Produces<Problem>(409)
            .Produces<Problem>(422);
        group.MapPost("machines/{name}/console", (Delegate)ConsoleAsync)
            .Needs(AccessRole.Operator, secrets: true)
            .WithSummary("Open the console of a machine at a provider; the answer contains secrets").Accepts<CloudConsoleOrder>(
                "application/json")
            .Produces<CloudConsoleAccess>().Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> OffersAsync(
        [AsParameters] Page page,
        [Description("Only of this provider.")] string? provider,
        [Description("Only with GPUs whose name contains this.")] string? gpu,
        [Description("Only at locations whose name contains this.")] string? location,
        [Description("Only up to this price an hour, like 30 or 30 USD.")] string? max,
        [Description("Include sold-out offers.")] bool? all,
        [Description("Ask the providers now, even if the last answer is recent.")] bool? fresh,
        CancellationToken cancel)
    {
        if (provider is not null && book.Find(provider) is null)
            return Answers.NotFound($"there is no provider {provider}");
        if (!OfferFilter.TryParse(gpu, location, max, all is true, out var filter, out var mistake))
            return Answers.WrongQuery("max", mistake!);
        var known = await catalogue.OffersAsync(
            book.Providers.Where(p => provider is null || p.Name == provider), fresh is true ? TimeSpan.Zero : OfferAge, cancel);
        var offers = known.SelectMany(k =>
            k.Items.Where(filter.Fits).Select(offer => CloudDocuments.Write(k.Provider, offer, k.At!.Value)));
        return page.Of(offers, o => $"{o.Provider}/{o.Plan}/{o.Location}", o => o);
    }

    private async Task<IResult> MachinesAsync(
        [AsParameters] Page page, [Description("Ask the providers first; this may carry out approved purchases.")] bool? fresh,
            CancellationToken cancel)
    {
        if (fresh is true)
            await reconciler.LookAsync(cancel);
        return page.Of(book.Placements, p => $"{p.Name}/{p.Machine.Value}", CloudDocuments.Write);
    }

    private async Task<IResult> ApproveAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<CloudApproval>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        var names = order.Machines ?? [.. book.Placements.Select(CloudDocuments.Write).Where(m => m.Waits).Select(m => m.Machine)];
        var results = new List<CloudApprovalResult>();
        foreach (var name in names)
        {
            var refusal = inventory.Fleet.Named(name) is { } machine
                ? await book.ApproveAsync(machine.Id, Caller.Of(http))
                : Core.Refusal.NotFound($"there is no machine {name}");
            results.Add(new CloudApprovalResult(name, refusal?.Message));
        }

        reconciler.Wake();
        return Answers.List(results);
    }

    private async Task<IResult> ReleaseAsync(HttpContext http, string provider, string server, CancellationToken cancel)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<CloudReleaseOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        var (refusal, release) = await reconciler.ReleaseOrphanAsync(provider, server, order.Token, Caller.Of(http), cancel);
        return refusal is not null ? Answers.Refused(refusal) : Results.Json(new CloudReleased(release switch
        {
            CloudRelease.Scheduled(var when) => $"it ends {when} and costs until then",
            CloudRelease.NeedsPerson(var what) => what,
            _ => "given back",
        }), Document.Json);
    }

    private async Task<IResult> ConsoleAsync(HttpContext http, string name, CancellationToken cancel)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<CloudConsoleOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        if (book.Of(machine.Id) is not { Server: { } server } placement || book.Find(placement.Place.Provider) is not { } provider)
            return Answers.Refused(Core.Refusal.Conflict("", $"{name} has no server at a provider"));
        try
        {
            var console = await lines.AskAsync(provider, (cloud, stop) =>
                cloud.OpenConsoleAsync(server, new(order.Address, order.SshKey), stop), cancel);
            var kind = console.Kind.ToString().ToLowerInvariant();
            return Results.Json(new CloudConsoleAccess(kind, console.Address, console.User, console.Password, console.Ends), Document.Json);
        }
        catch (CloudException e)
        {
            return Answers.Refused(Core.Refusal.Conflict("", e.Message));
        }
    }

    private static Contracts.CloudOrphan Write(Core.Clouds.CloudOrphan orphan) => new(
        orphan.Provider, orphan.Server.Id, orphan.Server.Name, orphan.Server.Word, orphan.Server.Plan, orphan.Server.Location,
        CloudDocuments.Write(orphan.Server.Hourly));
}
