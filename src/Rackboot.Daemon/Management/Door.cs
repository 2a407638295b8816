using System.Globalization;
using System.Net;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Audit;
using Rackboot.Daemon.Authentication;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Management;

/// <summary>Every request of the management plane passes here: who asks, whether they may, and the entry in the audit.</summary>
internal sealed class Door(Authenticator authenticator, AuditLog audit, Inventory inventory, EventLog events, TimeProvider time)
{
    private const int LeftBeforeTheAnswer = 499; // as nginx writes it

    private readonly StrangerNotes _strangers = new(time);

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var needs = Needed(http);
        if (needs is { Role: null })
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        var verdict = await authenticator.WhoAsync(http).ConfigureAwait(false);
        if (verdict.Identity is not { } identity)
        {
            await TurnAwayAsync(http, verdict).ConfigureAwait(false);
            return;
        }

        http.Features.Set(identity);
        http.Features.Set(new MachineScope(identity.Rights, inventory));
        using var ends = identity.Ends.Register(http.Abort);
        var entry = IsAudited(http, needs) ? Record(http, identity) : null;
        try
        {
            if (needs is not null && Refusal(http, identity.Rights, needs) is { } refusal)
                await refusal.ExecuteAsync(http).ConfigureAwait(false);
            else
                await next(http).ConfigureAwait(false);
        }
        finally
        {
            if (entry is not null && !http.Response.HasStarted && http.RequestAborted.IsCancellationRequested)
                await entry(LeftBeforeTheAnswer).ConfigureAwait(false);
        }
    }

    // Null where nothing is asked of an endpoint: there is no such path, or not with this method.
    private static Needs? Needed(HttpContext http) => http.GetEndpoint() is RouteEndpoint endpoint
        ? endpoint.Metadata.GetMetadata<Needs>() ?? Needs.Undeclared : null;

    private IResult? Refusal(HttpContext http, Rights rights, Needs needs)
    {
        if (rights.Lacks(needs) is { } lack)
        {
            if (!IsAudited(http, needs))
                _ = Record(http, Identity.Of(http));
            return Answers.Forbidden(lack);
        }

        return needs.Reach == Reach.Machine && http.GetRouteValue("name") is string name && !MachineScope.Of(http).Includes(name)
            ? Answers.NotFound($"there is no machine {name}") : null;
    }

    // What changes something, and what gives secrets away. Reading is not recorded: watches read all the time.
    private static bool IsAudited(HttpContext http, Needs? needs) =>
        !HttpMethods.IsGet(http.Request.Method) || needs is { Secrets: true } || http.WebSockets.IsWebSocketRequest;

    // The answer leaves when its entry is on disk.
    private Func<int, Task> Record(HttpContext http, Identity identity)
    {
        var recorded = false;
        http.Response.OnStarting(() => WriteAsync(http.Response.StatusCode));
        return WriteAsync;

        async Task WriteAsync(int result)
        {
            if (recorded)
                return;
            recorded = true;
            var note = AuditNote.Of(http);
            if (note.Machines.Count == 0 && (http.GetRouteValue("machine") ?? NamedMachine(http)) is string name)
                note.Add([name]);
            await audit.AddAsync(identity.Name, From(http), What(http), note.Machines, result, note.Detail).ConfigureAwait(false);
        }
    }

    private static object? NamedMachine(HttpContext http) =>
        http.Request.Path.StartsWithSegments(Contracts.ApiPaths.Machines) ? http.GetRouteValue("name") : null;

    // Strangers learn nothing: not whether there is such a path, nor what was wrong with what they showed.
    private async Task TurnAwayAsync(HttpContext http, Authenticator.Verdict verdict)
    {
        if ((verdict.Showed || verdict.Wait is not null) && _strangers.IsWorthNoting())
        {
            var from = From(http);
            events.Add("access.refused", Level.Warning, null, null, $"somebody at {from} showed a login that is not good");
            await audit.AddAsync("-", from, What(http), [], StatusCodes.Status401Unauthorized).ConfigureAwait(false);
        }

        if (verdict.Wait is { } wait)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            await Answers.Problem(StatusCodes.Status429TooManyRequests, "Too many wrong logins", "wait, and log in again")
                .ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        http.Response.Headers.WWWAuthenticate = "Bearer";
        await Answers.Problem(StatusCodes.Status401Unauthorized, "Log in", "no login, or one that is not good; rackboot login makes one")
            .ExecuteAsync(http).ConfigureAwait(false);
    }

    private static string What(HttpContext http) => $"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}";

    private static string From(HttpContext http) => Caller.IsOnSocket(http) ? "socket"
        : (http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4()
            : http.Connection.RemoteIpAddress ?? IPAddress.None).ToString();
}
