using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Rackboot.Contracts;
using Rackboot.Core.Assets;
using Rackboot.Core.Boot;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Network;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Api;

/// <summary>The management plane: the REST API, on a Unix socket that only its owner may use.</summary>
public sealed class ManagementApi(
    Inventory inventory, AssetStore assets, BootLog boots, BootDesk desk, EventLog events, AddressBook addresses, ServedNetworks networks,
    Func<IReadOnlyList<Dhcp.Lease>> leases, Func<ServerStatus> status, CredentialApi credentials, PowerApi power, TrustApi trust, BmcApi bmcs, MetricsApi metrics, ConsoleApi consoles, TimeProvider time, ILoggerFactory logs)
{
    /// <summary>Builds the server; the caller starts and stops it.</summary>
    public WebApplication Build(string socketPath)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.Services.AddOpenApi("v1");
        builder.Services.ConfigureHttpJsonOptions(json => Document.Configure(json.SerializerOptions));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.ListenUnixSocket(socketPath);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 4 * 1024 * 1024;
        });
        var app = builder.Build();
        app.MapOpenApi("/openapi/{documentName}.json");
        MapMachines(app.MapGroup(ApiPaths.Machines).WithTags("machines"));
        MapProfiles(app.MapGroup(ApiPaths.Profiles).WithTags("profiles"));
        MapAssets(app.MapGroup(ApiPaths.Assets).WithTags("assets"));
        credentials.Map(app.MapGroup(ApiPaths.Credentials).WithTags("credentials"));
        power.Map(app);
        trust.Map(app);
        bmcs.Map(app);
        metrics.Map(app);
        consoles.Map(app);
        MapBoots(app);
        app.MapFallback(() => Answers.NotFound($"there is no such path; {ApiPaths.OpenApi} describes the API"));
        return app;
    }

    private void MapMachines(RouteGroupBuilder group)
    {
        group.MapGet("", () => Answers.List(inventory.Fleet.Machines.OrderBy(m => m.Name, StringComparer.Ordinal).Select(Write)))
            .WithSummary("All machines, discovered and accepted").Produces<ItemList<Contracts.Machine>>();
        group.MapGet("{name}", (HttpContext http, string name) =>
                inventory.Fleet.Named(name) is { } machine ? Answers.Versioned(http, Write(machine), machine.Version) : Answers.NotFound($"there is no machine {name}"))
            .WithSummary("One machine").Produces<Contracts.Machine>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutMachineAsync)
            .WithSummary("Create or replace a machine; a discovered one that fits becomes it")
            .Accepts<Contracts.Machine>("application/json").Produces<Contracts.Machine>().Produces<Contracts.Machine>(201).Produces<Problem>(409).Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (HttpContext http, string name) =>
                await inventory.DeleteMachineAsync(name, Answers.Expected(http.Request)) is { } refusal ? Answers.Refused(refusal) : Results.NoContent())
            .WithSummary("Forget a machine and its configuration").Produces(204).Produces<Problem>(404).Produces<Problem>(412);
        group.MapGet("{name}/explain", Explain)
            .WithSummary("Where its boot stands, or why it stopped").Produces<Explanation>().Produces<Problem>(404);
    }

    private async Task<IResult> PutMachineAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Contracts.Machine>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Machine", name, errors);
        var (spec, config) = MachineDocuments.Read(document, inventory.Fleet.Named(name), networks, errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var applied = await inventory.PutMachineAsync(name, spec, config, Answers.Expected(http.Request), dryRun, Caller.Of(http));
        return applied.Refusal is { } refusal ? Answers.Refused(refusal) : Answers.Versioned(http, Write(applied.Document!), applied.Document!.Version, applied.Created);
    }

    private IResult Explain(string name)
    {
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        var boot = boots.Current(machine.Id);
        var next = BootPolicy.Decide(machine, new BootRequest(BootClient.IpxeScript, null), desk.Knowledge);
        var explanation = Explainer.Explain(machine, boot, boot is null ? [] : boots.Timeline(boot.Id), next, time.GetUtcNow(), power.Desk.Known(machine));
        return Results.Json(new Explanation(machine.Name, explanation.Verdict, explanation.Remedy, [.. trust.Findings(machine), .. explanation.Findings], boot is null ? null : Write(boot, null)), Document.Json);
    }

    private void MapProfiles(RouteGroupBuilder group)
    {
        group.MapGet("", () => Answers.List(inventory.Profiles.Values.OrderBy(p => p.Name, StringComparer.Ordinal).Select(ProfileDocuments.Write)))
            .WithSummary("All profiles").Produces<ItemList<Profile>>();
        group.MapGet("{name}", (HttpContext http, string name) =>
                inventory.Profiles.TryGetValue(name, out var profile) ? Answers.Versioned(http, ProfileDocuments.Write(profile), profile.Version) : Answers.NotFound($"there is no profile {name}"))
            .WithSummary("One profile").Produces<Profile>().Produces<Problem>(404);
        group.MapPut("{name}", (Delegate)PutProfileAsync)
            .WithSummary("Create or replace a profile")
            .Accepts<Profile>("application/json").Produces<Profile>().Produces<Profile>(201).Produces<Problem>(412).Produces<Problem>(422);
        group.MapDelete("{name}", async (HttpContext http, string name) =>
                await inventory.DeleteProfileAsync(name, Answers.Expected(http.Request)) is { } refusal ? Answers.Refused(refusal) : Results.NoContent())
            .WithSummary("Delete a profile that no machine uses").Produces(204).Produces<Problem>(404).Produces<Problem>(409);
    }

    private async Task<IResult> PutProfileAsync(HttpContext http, string name, bool dryRun = false)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Profile>(http.Request, errors) is not { } document)
            return Answers.Invalid(errors);
        DocumentChecks.Head(document, "Profile", name, errors);
        var profile = ProfileDocuments.Read(document, errors);
        if (errors.Count > 0)
            return Answers.Invalid(errors);
        var applied = await inventory.PutProfileAsync(profile, Answers.Expected(http.Request), dryRun);
        return applied.Refusal is { } refusal ? Answers.Refused(refusal) : Answers.Versioned(http, ProfileDocuments.Write(applied.Document!), applied.Document!.Version, applied.Created);
    }

    private void MapAssets(RouteGroupBuilder group)
    {
        group.MapGet("", () => Answers.List(assets.All.Values.Select(Write)))
            .WithSummary("All boot files").Produces<ItemList<Contracts.Asset>>();
        group.MapGet("{**name}", (string name) => assets.Find(name) is { } asset ? Results.Json(Write(asset), Document.Json) : Answers.NotFound($"there is no asset {name}"))
            .WithSummary("One boot file").Produces<Contracts.Asset>().Produces<Problem>(404);
        group.MapPut("{**name}", async (HttpContext http, string name) =>
            {
                if (http.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
                    limit.MaxRequestBodySize = 8L * 1024 * 1024 * 1024;
                if (http.Features.Get<Microsoft.AspNetCore.Server.Kestrel.Core.Features.IHttpMinRequestBodyDataRateFeature>() is { } rate)
                    rate.MinDataRate = null;
                var applied = await assets.ImportAsync(name, http.Request.Body, http.RequestAborted);
                return applied.Refusal is { } refusal ? Answers.Refused(refusal) : Results.Json(Write(applied.Document!), Document.Json, statusCode: applied.Created ? 201 : 200);
            })
            .WithSummary("Store the request's body as a boot file").Produces<Contracts.Asset>().Produces<Contracts.Asset>(201).Produces<Problem>(422);
        group.MapDelete("{**name}", async (string name) =>
                await assets.RemoveAsync(name) is { } refusal ? Answers.Refused(refusal) : Results.NoContent())
            .WithSummary("Remove a boot file").Produces(204).Produces<Problem>(404).Produces<Problem>(409);
    }

    private void MapBoots(WebApplication app)
    {
        app.MapGet(ApiPaths.Leases, () => Answers.List(leases().OrderBy(l => DhcpMessage.ToNumber(l.Address)).Select(Write)))
            .WithSummary("All leases").WithTags("leases").Produces<ItemList<Contracts.Lease>>();
        app.MapGet(ApiPaths.Boots, (string? machine) => Answers.List(boots.All().Where(b => machine is null || b.MachineName == machine).Select(b => Write(b, null))))
            .WithSummary("Boots, newest first").WithTags("boots").Produces<ItemList<Contracts.Boot>>();
        app.MapGet(ApiPaths.Boots + "/{id}", (string id) => boots.Find(id) is { } boot ? Results.Json(Write(boot, boots.Timeline(id)), Document.Json) : Answers.NotFound($"there is no boot {id}"))
            .WithSummary("One boot with its timeline").WithTags("boots").Produces<Contracts.Boot>().Produces<Problem>(404);
        app.MapGet(ApiPaths.Status, () => Results.Json(status(), Document.Json))
            .WithSummary("The daemon").WithTags("status").Produces<ServerStatus>();
        app.MapGet(ApiPaths.Events, (HttpContext http, long? after) =>
            {
                if (after is null && long.TryParse(http.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var last))
                    after = last;
                return Results.ServerSentEvents(Follow(after, http.RequestAborted));
            })
            .WithSummary("Events as they happen, as server-sent events").WithTags("events").Produces<Event>(contentType: "text/event-stream");
    }

    private async IAsyncEnumerable<SseItem<string>> Follow(long? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var e in events.FollowAsync(after, cancel))
            yield return new SseItem<string>(
                JsonSerializer.Serialize(new Event(e.Id, e.Time, e.Kind, e.Level.ToString().ToLowerInvariant(), e.Machine, e.Boot, e.Text), Document.Json), e.Kind)
            {
                EventId = e.Id.ToString(CultureInfo.InvariantCulture),
            };
    }

    private Contracts.Machine Write(Core.Machines.Machine machine) => MachineDocuments.Write(machine, inventory, boots, addresses, power.Desk);

    private static Contracts.Asset Write(Core.Assets.Asset asset) => new(asset.Name, asset.Bytes, asset.Sha256, asset.Added, asset.Origin.ToString().ToLowerInvariant());

    private Contracts.Lease Write(Dhcp.Lease lease) => new()
    {
        Address = lease.Address.ToString(),
        Subnet = lease.Subnet,
        State = lease.State == LeaseState.Bound && lease.Expires <= time.GetUtcNow() ? "expired" : lease.State.ToString().ToLowerInvariant(),
        Mac = lease.HardwareAddress.Length == 0 ? null : lease.HardwareAddress,
        ClientId = lease.ClientIdentifier.IsEmpty ? null : Convert.ToHexStringLower(lease.ClientIdentifier.Span),
        HostName = lease.HostName,
        Machine = DhcpBoot.Holder(lease) is { } id ? inventory.Fleet[id]?.Name : null,
        Since = lease.Since,
        Expires = lease.Expires,
    };

    private static Contracts.Boot Write(BootRecord boot, IReadOnlyList<Core.Boot.TimelineEntry>? timeline) => new()
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
        Timeline = timeline is null ? null : [.. timeline.Select(e => new Contracts.TimelineEntry(e.Time, (Contracts.BootStage)e.Stage, e.Source, e.Level.ToString().ToLowerInvariant(), e.Text))],
    };
}
