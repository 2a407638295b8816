using System.ComponentModel;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Rackboot.Contracts;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Firmware;
using Rackboot.Core.Power.Operations;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Power;

/// <summary>Firmware for BMCs: a request begins an operation. A file is uploaded to the BMC, or served to one without uploads.</summary>
internal sealed class FirmwareApi(Inventory inventory, PowerOperations operations, FirmwareFiles files)
{
    private const long MostBytes = 4L * 1024 * 1024 * 1024;
    private const string ServedAt = "/firmware";

    // UpdateService schema, SimpleUpdate, TransferProtocolType.
    private static readonly string[] Fetchable = ["http", "https", "ftp", "tftp", "nfs"];

    internal void MapManagement(IEndpointRouteBuilder api)
    {
        var firmware = api.MapGroup(ApiPaths.Machines + "/{name}/bmc/firmware").WithTags("bmc");
        firmware.MapPost("", (Delegate)PullAsync).Accepts<BmcImage>("application/json")
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Let the BMC fetch firmware from a URL and install it; answers with an operation to follow")
            .Produces<Contracts.PowerOperation>(202).Produces<Problem>(404).Produces<Problem>(422);
        firmware.MapPut("", (Delegate)PushAsync)
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Upload the request body to the BMC as firmware and install it; answers with an operation to follow")
            .Produces<Contracts.PowerOperation>(202).Produces<Problem>(404).Produces<Problem>(422);
    }

    /// <summary>Files for BMCs to fetch, at unguessable URLs, during the update.</summary>
    internal void MapBootPlane(IEndpointRouteBuilder boot) =>
        boot.MapMethods(ServedAt + "/{id}/{name}", ["GET", "HEAD"], (string id, string name) => files.Find(id) is { } path
            ? Results.File(path, "application/octet-stream", enableRangeProcessing: true)
            : Results.NotFound());

    /// <summary>The URL of a file on the boot plane <paramref name="server"/>, for a BMC.</summary>
    internal static Uri Address(string server, string id, string name) => new($"{server}{ServedAt}/{id}/{Uri.EscapeDataString(name)}");

    private async Task<IResult> PullAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<BmcImage>(http.Request, errors) is not { } body)
            return Answers.Invalid(errors);
        if (!Uri.TryCreate(body.Image, UriKind.Absolute, out var image) || !Fetchable.Contains(image.Scheme))
            return Answers.Invalid(
                [new ProblemError("/image", $"is not a URL that a BMC can fetch; allowed: {string.Join(", ", Fetchable)}")]);
        return Find(name, out var machine) ?? await StartAsync(http, machine!, new FirmwareSource(FileName(image.AbsolutePath), image));
    }

    private async Task<IResult> PushAsync(HttpContext http, string name, [Description("File name to send to the BMC.")] string? file)
    {
        if (Find(name, out var machine) is { } mistake)
            return mistake;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
        var id = await files.ReceiveAsync(http.Request.Body, http.RequestAborted);
        return await StartAsync(http, machine!, new FirmwareSource(FileName(file ?? ""), null, id));
    }

    private IResult? Find(string name, out Core.Machines.Machine? machine)
    {
        machine = inventory.Fleet.Named(name);
        return machine is null ? Answers.NotFound($"there is no machine {name}")
            : machine.Spec?.Bmc is null ? Answers.Problem(
                StatusCodes.Status409Conflict, "No BMC", $"{name} has no bmc; add one to its document")
            : null;
    }

    private async Task<IResult> StartAsync(HttpContext http, Core.Machines.Machine machine, FirmwareSource source)
    {
        var request = new Core.Power.PowerRequest(Core.Power.PowerAction.Firmware, null, Caller.Of(http)) { Firmware = source };
        return PowerApi.Accepted(http, await operations.StartAsync(request, [machine], skip: false));
    }

    private static string FileName(string path)
    {
        var name = string.Concat(path.Split('/')[^1].Where(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));
        return name.Length is > 0 and <= 128 ? name : "firmware.bin";
    }
}
