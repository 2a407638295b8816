using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Operations;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Power;

/// <summary>Power of one or several machines: a request begins an operation, which clients follow or poll.</summary>
public sealed class PowerApi(Inventory inventory, PowerDesk desk, PowerOperations operations)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var machine = api.MapGroup(ApiPaths.Machines + "/{name}/power").WithTags("power");
        machine.MapGet("", ReadAsync)
            .Needs(AccessRole.Viewer, Reach.Machine)
            .WithSummary("Ask the BMC for the machine's power state; ?cached=true answers with the last reading")
            .Produces<MachinePower>().Produces<Problem>(404).Produces<Problem>(409).Produces<Problem>(502);
        machine.MapPost("", (Delegate)PostOneAsync)
            .Needs(AccessRole.Operator, Reach.Machine)
            .WithSummary("Power one machine on or off; answers with an operation to follow")
            .Accepts<Contracts.PowerRequest>("application/json").Produces<Contracts.PowerOperation>(202).Produces<Problem>(404)
            .Produces<Problem>(422);
        api.MapPost(ApiPaths.Power, (Delegate)PostManyAsync)
            .Needs(AccessRole.Operator, Reach.Filtered)
            .WithSummary("Power machines on or off, selected by name, by label, or all; answers with an operation to follow")
                .WithTags("power")
            .Accepts<PowerOrder>("application/json").Produces<Contracts.PowerOperation>(202).Produces<Problem>(404).Produces<Problem>(422);
        var group = api.MapGroup(ApiPaths.Operations).WithTags("power");
        group.MapGet("", (HttpContext http, [AsParameters] Page page) => page.Of(
            after => operations.All.Where(o => (after is null || string.CompareOrdinal(o.Id, after) < 0) && IsVisible(http, o)),
            o => o.Id, Write))
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("List operations in progress and of the last hour, newest first").Produces<ItemList<Contracts.PowerOperation>>()
            .Produces<Problem>(400);
        group.MapGet(
            "{id}", (HttpContext http, string id) => operations.Find(id) is { } operation && IsVisible(http, operation)
                ? Results.Json(Write(operation), Document.Json) : Missing(id))
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("Get one operation with every machine's progress").Produces<Contracts.PowerOperation>().Produces<Problem>(404);
        group.MapGet("{id}/progress", (HttpContext http, string id, int? after) =>
            {
                if (operations.Find(id) is not { } operation || !IsVisible(http, operation))
                    return Missing(id);
                if (after is null && int.TryParse(http.Request.Headers["Last-Event-ID"], CultureInfo.InvariantCulture, out var last))
                    after = last;
                return Results.ServerSentEvents(Follow(operation, after ?? 0, http.RequestAborted));
            })
            .Needs(AccessRole.Viewer, Reach.Filtered)
            .WithSummary("Stream each step of each machine as server-sent events; the stream ends with the operation")
            .Produces<Contracts.PowerProgress>(contentType: "text/event-stream").Produces<Problem>(404);
    }

    private async Task<IResult> ReadAsync(HttpContext http, string name, bool cached = false)
    {
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        try
        {
            if (!cached || desk.Known(machine) is null)
                await desk.ReadAsync(machine, http.RequestAborted);
            return Results.Json(BmcDocuments.Write(machine, desk), Document.Json);
        }
        catch (PowerException e)
        {
            return Failed(e);
        }
    }

    private async Task<IResult> PostOneAsync(HttpContext http, string name)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<Contracts.PowerRequest>(http.Request, errors) is not { } body)
            return Answers.Invalid(errors);
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        return await StartAsync(http, body.Action, body.Boot, [machine], skip: false);
    }

    private async Task<IResult> PostManyAsync(HttpContext http)
    {
        var errors = new List<ProblemError>();
        if (await Answers.ReadAsync<PowerOrder>(http.Request, errors) is not { } order)
            return Answers.Invalid(errors);
        return MachineSelection.Find(http, inventory, order.Machines, order.Selector, order.All, out var mistake) is { } selection
            ? await StartAsync(http, order.Action, order.Boot, selection.Machines, skip: !selection.ByName)
            : mistake!;
    }

    private async Task<IResult> StartAsync(HttpContext http, Contracts.PowerAction action, Contracts.BootTarget? boot,
        IReadOnlyList<Core.Machines.Machine> machines, bool skip)
    {
        var request = new Core.Power.PowerRequest((Core.Power.PowerAction)action, (Core.Power.BootTarget?)boot, Caller.Of(http));
        if (request.Mistake is { } mistake)
            return Answers.Invalid([new ProblemError(request.Boot is null ? "/action" : "/boot", mistake)]);
        if (machines.Count == 0)
            return Answers.NotFound("no machine is selected");
        AuditNote.Of(http).Detail = $"power {action.ToString().ToLowerInvariant()}";
        return Accepted(http, await operations.StartAsync(request, machines, skip));
    }

    /// <summary>The operation has begun; the answer has the URL to follow it.</summary>
    internal static IResult Accepted(HttpContext http, Core.Power.Operations.PowerOperation operation)
    {
        http.Response.Headers.Location = $"{ApiPaths.Operations}/{operation.Id}";
        return Results.Json(Write(operation), Document.Json, statusCode: StatusCodes.Status202Accepted);
    }

    private static async IAsyncEnumerable<SseItem<string>> Follow(
        Core.Power.Operations.PowerOperation operation, int after, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var (number, progress) in operation.FollowAsync(after, cancel))
            yield return new SseItem<string>(JsonSerializer.Serialize(Write(progress), Document.Json), "progress")
            {
                EventId = number.ToString(CultureInfo.InvariantCulture),
            };
    }

    // One that concerns another's machine too is another's.
    private static bool IsVisible(HttpContext http, Core.Power.Operations.PowerOperation operation) =>
        MachineScope.Of(http) is var scope && operation.Machines.All(m => scope.Includes(m.Machine));

    private static IResult Missing(string id) =>
        Answers.NotFound($"there is no operation {id}; operations are kept for an hour");

    internal static IResult Failed(PowerException e) => e.Failure == PowerFailure.Misconfigured
        ? Answers.Problem(StatusCodes.Status409Conflict, "The BMC was not asked", e.Message)
        : Answers.Problem(StatusCodes.Status502BadGateway, "The BMC failed", e.Message);

    private static Contracts.PowerOperation Write(Core.Power.Operations.PowerOperation operation) => new()
    {
        Id = operation.Id,
        Action = (Contracts.PowerAction)operation.Request.Action,
        Boot = (Contracts.BootTarget?)operation.Request.Boot,
        Firmware = operation.Request.Firmware?.Name,
        By = operation.Request.By,
        Started = operation.Started,
        Ended = operation.Ended,
        Machines = [.. operation.Machines.Select(Write)],
    };

    internal static Contracts.PowerProgress Write(Core.Power.Operations.PowerProgress progress) =>
        new(progress.Machine, (Contracts.PowerStep)progress.Step, progress.Text, (Contracts.PowerState)progress.Power,
            Math.Round(progress.Took.TotalSeconds, 3));
}
