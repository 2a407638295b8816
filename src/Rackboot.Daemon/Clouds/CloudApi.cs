using System.ComponentModel;
using Rackboot.Cloud;
using Rackboot.Contracts;
using Rackboot.Core.Clouds;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;

namespace Rackboot.Daemon.Clouds;

/// <summary>What can be bought, what is planned, what runs and costs, and what was lost sight of.</summary>
internal sealed class CloudApi(CloudBook book, CloudLines lines, CloudCatalogue catalogue, CloudReconciler reconciler, Inventory inventory)
{
    private static readonly TimeSpan OfferAge = TimeSpan.FromMinutes(15);

    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Cloud).WithTags("cloud");
        group.MapGet("offers", (Delegate)OffersAsync)
            .WithSummary("What can be bought, over all providers").Produces<ItemList<Contracts.CloudOffer>>().Produces<Problem>(400);
        group.MapGet("machines", (Delegate)MachinesAsync)
            .WithSummary("The machines at providers, and those that are to be there").Produces<ItemList<CloudMachine>>().Produces<Problem>(
                400);
        group.MapPost("approvals", (Delegate)ApproveAsync)
            .WithSummary("Say that machines may be bought for what they would cost now").Accepts<CloudApproval>("application/json")
            .Produces<ItemList<CloudApprovalResult>>().Produces<Problem>(422);
        group.MapGet("orphans", ([AsParameters] Page page) => page.Of(reconciler.Orphans, o => $"{o.Provider}/{o.Server.Id}", Write))
            .WithSummary("Servers that this appliance bought and that are no "
                + "machines").Produces<ItemList<Contracts.CloudOrphan>>().Produces<Problem>(400);
        group.MapPost("orphans/{provider}/{server}/release", (Delegate)ReleaseAsync)
            .WithSummary(
                "Give back a server that this appliance bought and that is no machine, or confirm with a token that one is given back")
            .Accepts<CloudReleaseOrder>("application/json").Produces<CloudReleased>().Produces<Problem>(404).Produces<Problem>(409)
            .Produces<Problem>(422);
        group.MapPost("machines/{name}/console", (Delegate)ConsoleAsync)
            .WithSummary("Open the console of a machine at a provider; the answer holds secrets").Accepts<CloudConsoleOrder>(
                "application/json")
            .Produces<CloudConsoleAccess>().Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> OffersAsync(
        [AsParameters] Page page,
        [Description("Only of this provider.")] string? provider,
        [Description("Only with GPUs of which the name has this.")] string? gpu,
        [Description("Only at places of which the name has this.")] string? location,
        [Description("Only for at most so much an hour, like 30 or 30 USD.")] string? max,
        [Description("Those that are sold out too.")] bool? all,
        [Description("Ask the providers now, however new what is known is.")] bool? fresh,
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
        [AsParameters] Page page, [Description("Ask the providers first; what was approved may be bought by it.")] bool? fresh,
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
