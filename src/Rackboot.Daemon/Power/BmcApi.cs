using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Core;
using Rackboot.Core.Assets;
using Rackboot.Core.Credentials;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Reports;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Machines;

namespace Rackboot.Daemon.Power;

/// <summary>Reports of BMCs, the search for BMCs, and their password changes.</summary>
internal sealed class BmcApi(
    Inventory inventory, PowerDesk desk, BmcProbe probe, CredentialRotation rotation, AssetStore assets, MediaServer media)
{
    private const int MostLogEntries = 1000;
    private const int GeneratedLength = 16; // what every IPMI BMC takes (IPMI 2.0 §22.30)
    private const string Letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    internal void Map(IEndpointRouteBuilder api)
    {
        var bmc = api.MapGroup(ApiPaths.Machines + "/{name}/bmc").WithTags("bmc");
        Get(bmc, "info", "Get the identity of the machine and its BMC", (r, stop) => r.InfoAsync(stop),
            f => new Contracts.BmcFact(f.Part, f.Name, f.Value));
        Get(bmc, "sensors", "Read all sensors", (r, stop) => r.SensorsAsync(stop),
            s => new Contracts.BmcSensor(s.Name, s.Value, s.Unit, (Contracts.BmcSeverity)s.Health, s.State));
        Get(bmc, "log", "Get the newest 1,000 entries of the event log, oldest first", (r, stop) => r.LogAsync(MostLogEntries, stop),
            e => new Contracts.BmcLogEntry(e.Id, e.Time, (Contracts.BmcSeverity)e.Severity, e.Text));
        Get(bmc, "parts", "List the machine's hardware components", (r, stop) => r.PartsAsync(stop),
            f => new Contracts.BmcFact(f.Part, f.Name, f.Value));
        Get(bmc, "media", "List the virtual media slots", (r, stop) => r.MediaAsync(stop), Write);
        Get(bmc, "firmware", "List firmware with its versions", (r, stop) => r.FirmwareAsync(stop),
            f => new Contracts.BmcFirmware(f.Id, f.Name, f.Version, f.Updateable));
        bmc.MapDelete("log", (HttpContext http, string name) => DoAsync(http, name, (r, stop) => r.ClearLogAsync(stop)))
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Clear the event log").Produces(204).Produces<Problem>(404).Produces<Problem>(502);
        bmc.MapPut("media", (Delegate)InsertAsync).Accepts<BmcImage>("application/json")
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Insert an image into a virtual drive; the BMC fetches its URL").Produces<ItemList<Contracts.BmcMediaSlot>>()
            .Produces<Problem>(404).Produces<Problem>(422).Produces<Problem>(502);
        bmc.MapDelete("media", (HttpContext http, string name) => DoAsync(http, name, (r, stop) => r.EjectMediaAsync(stop)))
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Eject the images of all virtual drives").Produces(204).Produces<Problem>(404).Produces<Problem>(502);
        bmc.MapGet("boot", (HttpContext http, string name) => WithAsync(
            name, async machine => Write(await desk.ReadBootAsync(machine, http.RequestAborted))))
            .Needs(AccessRole.Viewer, Reach.Machine)
            .WithSummary("Get what the machine boots from next").Produces<BmcBoot>().Produces<Problem>(404).Produces<Problem>(502);
        bmc.MapPut("boot", (Delegate)SetBootAsync).Accepts<BmcBoot>("application/json")
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Set what the machine boots from once; answers with the value read back from the BMC").Produces<BmcBoot>()
            .Produces<Problem>(404).Produces<Problem>(422).Produces<Problem>(502);
        api.MapPost(ApiPaths.Bmcs + "/probe", (Delegate)ProbeAsync).Accepts<BmcProbeOrder>("application/json")
            .Needs(AccessRole.Operator)
            .WithSummary("Look for BMCs in a network, at most a /16; streams progress and results as server-sent events").WithTags("bmc")
            .Produces<BmcProbeStep>(contentType: "text/event-stream").Produces<Problem>(422);
        api.MapPost(ApiPaths.Credentials + "/{name}/rotate", (Delegate)RotateAsync).Accepts<CredentialChange>("application/json")
            .Needs(AccessRole.Admin)
            .WithSummary("Set a new password on every BMC of a credential; streams each machine's progress as server-sent events")
            .WithTags("credentials")
            .Produces<Contracts.PowerProgress>(contentType: "text/event-stream").Produces<Problem>(404).Produces<Problem>(409)
            .Produces<Problem>(422);
    }

    private void Get<TCore, TContract>(RouteGroupBuilder group, string what, string summary,
        Func<IBmcReports, CancellationToken, Task<IReadOnlyList<TCore>>> ask, Func<TCore, TContract> write) =>
        group.MapGet(what, (HttpContext http, string name) => WithAsync(
            name, async machine => new ItemList<TContract>([.. (await desk.ReportAsync(machine, ask, http.RequestAborted)).Select(write)])))
            .Needs(AccessRole.Viewer, Reach.Machine)
            .WithSummary(summary).Produces<ItemList<TContract>>().Produces<Problem>(404).Produces<Problem>(409).Produces<Problem>(502);

    private async Task<IResult> WithAsync<T>(string name, Func<Core.Machines.Machine, Task<T>> answer)
    {
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        try
        {
            return Results.Json(await answer(machine), Document.Json);
        }
        catch (PowerException e)
        {
            return PowerApi.Failed(e);
        }
    }

    private async Task<IResult> DoAsync(HttpContext http, string name, Func<IBmcReports, CancellationToken, Task> act)
    {
        var done = await WithAsync(name, machine => desk.ReportAsync(machine, async (reports, stop) =>
        {
            await act(reports, stop);
            return true;
        }, http.RequestAborted));
        return done is Microsoft.AspNetCore.Http.HttpResults.JsonHttpResult<bool> ? Results.NoContent() : done;
    }

    private async Task<IResult> InsertAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<BmcImage>(http.Request, errors) is not { } body)
            return Answers.Invalid(errors);
        if (inventory.Fleet.Named(name) is { Spec.Bmc.Address: { } bmc } && body.Image.StartsWith("iso/", StringComparison.Ordinal))
        {
            if (assets.Find(body.Image) is null)
                return Answers.NotFound($"there is no asset {body.Image}; import it with: rackboot asset import --iso FILE");
            try
            {
                body = new BmcImage((await media.UrlAsync(body.Image, bmc, http.RequestAborted)).ToString());
            }
            catch (IOException e)
            {
                return Answers.Problem(StatusCodes.Status409Conflict, "Serving the image failed", e.Message);
            }
        }

        if (!Uri.TryCreate(body.Image, UriKind.Absolute, out var image)
            || image.Scheme is not ("http" or "https" or "nfs" or "cifs" or "smb"))
            return Answers.Invalid([new ProblemError("/image",
                $"\"{body.Image}\" is not an image; allowed: an asset like iso/rescue.iso, or a URL of http, https, nfs, cifs or smb")]);
        return await WithAsync(name, machine => desk.ReportAsync(machine, async (reports, stop) =>
        {
            await reports.InsertMediaAsync(image, stop);
            return new ItemList<Contracts.BmcMediaSlot>([.. (await reports.MediaAsync(stop)).Select(Write)]);
        }, http.RequestAborted));
    }

    private async Task<IResult> SetBootAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<BmcBoot>(http.Request, errors) is not { } body)
            return Answers.Invalid(errors);
        if (body.Target is not { } target)
            return Answers.Invalid([new ProblemError("/target", "is missing; allowed: network, http, disk, bios")]);
        return await WithAsync(name,
            async machine => Write(await desk.SetBootAsync(machine, (Core.Power.BootTarget)target, Caller.Of(http), http.RequestAborted)));
    }

    private async Task<IResult> ProbeAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<BmcProbeOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        return BmcProbe.Mistake(order.Network, out var network) is { } mistake
            ? Answers.Invalid([new ProblemError("/network", mistake)])
            : Results.ServerSentEvents(StepsAsync(network, http.RequestAborted));
    }

    private async IAsyncEnumerable<SseItem<string>> StepsAsync(
        System.Net.IPNetwork network, [EnumeratorCancellation] CancellationToken cancel)
    {
        var known = inventory.Fleet.Machines.Where(m => m.Spec?.Bmc?.Address is not null).ToLookup(m => m.Spec!.Bmc!.Address!, m => m.Name);
        await foreach (var (asked, total, found) in probe.RunAsync(network, cancel))
            yield return new SseItem<string>(JsonSerializer.Serialize(new BmcProbeStep(asked, total, found is null ? null
                : new Contracts.BmcFound(found.Address, found.Ipmi, found.Redfish, found.Vendor, found.Product, found.Uuid,
                    known[found.Address].FirstOrDefault())), Document.Json), "probe");
    }

    private async Task<IResult> RotateAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<CredentialChange>(http.Request, errors) is not { } change)
            return Answers.Invalid(errors);
        if (change.Password is not null && CredentialApi.PasswordMistake(change.Password) is { } mistake)
            return Answers.Invalid([new ProblemError("/password", mistake)]);
        if (rotation.Mistake(name) is { } refusal)
            return Answers.Refused(refusal);
        var next = new Secret(change.Password ?? RandomNumberGenerator.GetString(Letters, GeneratedLength));
        return Results.ServerSentEvents(ProgressAsync(rotation.Start(name, next, Caller.Of(http)).ReadAllAsync(http.RequestAborted)));
    }

    private static async IAsyncEnumerable<SseItem<string>> ProgressAsync(IAsyncEnumerable<Core.Power.Operations.PowerProgress> steps)
    {
        await foreach (var step in steps)
            yield return new SseItem<string>(JsonSerializer.Serialize(PowerApi.Write(step), Document.Json), "progress");
    }

    private static Contracts.BmcMediaSlot Write(Core.Power.Reports.BmcMediaSlot slot) =>
        new(slot.Id, slot.Types, slot.Inserted, slot.Image);

    private static BmcBoot Write(BootOverride boot) => new((Contracts.BootTarget?)boot.Target, boot.Text);
}
