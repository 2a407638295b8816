using Rackboot.Contracts;
using Rackboot.Core.Console;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authorization;
using CoreMachine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Daemon.Consoles;

/// <summary>Consoles: a WebSocket to watch and type, and the log to read.</summary>
public sealed class ConsoleApi(Inventory inventory, ConsoleDesk desk, TimeProvider time)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        var group = api.MapGroup(ApiPaths.Machines + "/{name}/console").WithTags("console");
        group.MapGet("", OpenAsync)
            .Needs(AccessRole.Viewer, Reach.Machine, more: "To type needs the role operator and the right to read secrets")
            .WithSummary("As a WebSocket: watch the machine's console and type (?watch=true: read-only). Binary messages are the "
                + "console's bytes in both directions, "
                + "text messages are ConsoleMessage from the appliance and ConsoleCommand to it. Without an upgrade: the console's status")
            .Produces<ConsoleStatus>().Produces(101).Produces<Problem>(404).Produces<Problem>(409);
        group.MapGet("log", LogAsync)
            .Needs(AccessRole.Viewer, Reach.Machine)
            .WithSummary("Get the log of the machine's console, or its last lines (?tail=LINES); ?follow=true continues with "
                + "new output")
            .Produces<string>(contentType: "text/plain").Produces<Problem>(404).Produces<Problem>(409).Produces<Problem>(422);
    }

    private async Task<IResult> OpenAsync(HttpContext http, string name, bool watch = false)
    {
        if (Refusal(name, out var machine) is { } refusal)
            return refusal;
        if (!http.WebSockets.IsWebSocketRequest)
            return Results.Json(Write(machine!), Document.Json);
        if (!watch && Identity.Of(http).Rights is not { Role: >= AccessRole.Operator, Secrets: true })
            return Answers.Forbidden("to type needs the role operator and the right to read secrets; to only watch: --watch");
        AuditNote.Of(http).Detail = watch ? "console, to watch" : "console, to type";
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        using var watcher = desk.Join(machine!, Caller.Of(http), mayWrite: !watch);
        await ConsoleSocket.RunAsync(socket, watcher, http.RequestAborted);
        return Results.Empty;
    }

    private async Task<IResult> LogAsync(HttpContext http, string name, int? tail = null, bool follow = false)
    {
        if (inventory.Fleet.Named(name) is not { } machine)
            return Answers.NotFound($"there is no machine {name}");
        if (tail < 0)
            return Answers.Problem(
                StatusCodes.Status422UnprocessableEntity, "Invalid request", "tail must be a number of lines, like 100");
        if (!follow)
        {
            await using var log = desk.Read(machine);
            if (log.IsEmpty)
                return Answers.NotFound(
                    $"the console of {name} has no log; it is logged while it has a watcher, or all the time with console.log: always");
            http.Response.ContentType = "text/plain";
            await log.CopyToAsync(http.Response.Body, tail, http.RequestAborted);
            return Results.Empty;
        }

        if (Refusal(name, out _) is { } refusal)
            return refusal;
        var (watcher, written) = desk.Follow(machine, Caller.Of(http));
        using (watcher)
        await using (written)
            await FollowAsync(http, watcher, written, tail);
        return Results.Empty;
    }

    private async Task FollowAsync(HttpContext http, ConsoleWatcher watcher, LogTail written, int? tail)
    {
        http.Response.ContentType = "text/plain";
        await written.CopyToAsync(http.Response.Body, tail, http.RequestAborted);
        await http.Response.Body.FlushAsync(http.RequestAborted);
        var stamps = desk.Settings.Timestamps ? new LineStamps(time, written.EndsLine) : null;
        await foreach (var update in watcher.ReadAllAsync(http.RequestAborted))
        {
            ReadOnlyMemory<byte> bytes = update switch
            {
                ConsoleUpdate.Output output => stamps?.Stamp(output.Bytes.Span) ?? output.Bytes,
                ConsoleUpdate.Lost lost => System.Text.Encoding.ASCII.GetBytes($"\r\n[rackboot: {lost.Bytes} bytes are missing here]\r\n"),
                _ => default,
            };
            if (bytes.IsEmpty)
                continue;
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }

    private IResult? Refusal(string name, out CoreMachine? machine) =>
        (machine = inventory.Fleet.Named(name)) is null ? Answers.NotFound($"there is no machine {name}")
        : ConsoleSources.Missing(machine) is { } missing ? Answers.Problem(StatusCodes.Status409Conflict, "No console", missing)
        : null;

    private ConsoleStatus Write(CoreMachine machine)
    {
        var report = desk.Report(machine);
        return new ConsoleStatus(machine.Name, (Contracts.ConsoleState)report.State, report.Text, report.Writer, report.Watchers);
    }
}
