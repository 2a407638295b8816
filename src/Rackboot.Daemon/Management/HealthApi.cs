using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Management;

/// <summary>Whether the daemon is alive and serves, for load balancers and watchers. Strangers on the API's port learn only that; over the
/// socket, and on the port of metrics, it is said what is wrong.</summary>
internal sealed class HealthApi(IReadOnlyList<IPart> parts)
{
    internal void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/healthz", () => Results.Text("alive\n")).NeedsNothing().ExcludeFromDescription();
        api.MapGet("/readyz", (HttpContext http) => Ready(Caller.IsOnSocket(http))).NeedsNothing().ExcludeFromDescription();
    }

    /// <summary>200 once every part serves, else 503. What is wrong beside that keeps no machine from booting, and changes nothing of the
    /// status.</summary>
    internal IResult Ready(bool details)
    {
        var waiting = parts.Where(p => !p.Ready.IsCompletedSuccessfully).Select(p => $"{p.GetType().Name} does not serve yet").ToList();
        var lines = details ? waiting.Concat(parts.SelectMany(p => p.Problems)) : [];
        return Results.Text(string.Concat(lines.Prepend(waiting.Count == 0 ? "ready" : "not ready").Select(line => line + "\n")),
            statusCode: waiting.Count == 0 ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
