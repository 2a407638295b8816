using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Hetzner's Robot as its documentation and recordings have it, with one rented server.</summary>
internal sealed class RobotSimulator : SimulatedCloud
{
    private bool _rescueActive;
    private bool _cancelled;

    public RobotSimulator()
    {
        Shell = new RescueStandIn(_ => Servers[0].Rescue);
        Make("server1", "AX41", "FSN1-DC10", null);
    }

    public override string Provider => "hetzner-robot";
    public override string User => "#ws+abc";
    public override string Plan => "AX41";
    public override string Location => "FSN1";
    public override IRescueShell? Shell { get; init; }
    protected override string Root => "/";

    public int Resets { get; private set; }

    public override bool IsCreate(SimulatedRequest request) => request.Line.StartsWith("POST order", StringComparison.Ordinal);

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.Authorization?.Parameter
        == Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"{User}:{Secret}"));

    protected override string NewId(int number) => $"{320 + number}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["server"]) => SimulatedAnswer.Ok(new JsonArray([.. Known.Select(s =>
            (JsonNode)new JsonObject { ["server"] = Write(s) })])),
        ("GET", ["server", "321"]) => SimulatedAnswer.Ok(new JsonObject { ["server"] = Write(Servers[0]) }),
        ("GET", ["key"]) => Error(HttpStatusCode.NotFound, "NOT_FOUND"),
        ("POST", ["key"]) => SimulatedAnswer.Created(new JsonObject
            { ["key"] = new JsonObject { ["name"] = request.Field("name"), ["fingerprint"] = "aa:bb" } }),
        ("GET", ["boot", "321", "rescue"]) =>
            SimulatedAnswer.Ok(new JsonObject
            { ["rescue"] = new JsonObject { ["active"] = _rescueActive, ["os"] = new JsonArray("linux") } }),
        ("GET", ["boot", "321", "rescue", "last"]) => Error(HttpStatusCode.NotFound, "NOT_FOUND"),
        ("POST", ["boot", "321", "rescue"]) when request.Field("authorized_key[]") == "aa:bb" => Activate(),
        ("POST", ["reset", "321"]) when request.Field("type") == "hw" => Reset(),
        ("GET", ["server", "321", "cancellation"]) => Cancellation(),
        ("POST", ["server", "321", "cancellation"]) when request.Field("cancellation_date") == "2026-12-31" => Cancel(),
        _ => Error(HttpStatusCode.NotFound, "SERVER_NOT_FOUND"),
    };

    private SimulatedAnswer Activate()
    {
        _rescueActive = true;
        return SimulatedAnswer.Ok(new JsonObject { ["rescue"] = new JsonObject { ["active"] = true, ["os"] = "linux",
            ["password"] = "p" } });
    }

    // Into the rescue system for once, else from the disk.
    private SimulatedAnswer Reset()
    {
        Resets++;
        (Servers[0].Rescue, _rescueActive) = (_rescueActive, false);
        return SimulatedAnswer.Ok(new JsonObject { ["reset"] = new JsonObject { ["type"] = "hw" } });
    }

    private SimulatedAnswer Cancel()
    {
        _cancelled = true;
        return Cancellation();
    }

    private SimulatedAnswer Cancellation() => SimulatedAnswer.Ok(new JsonObject { ["cancellation"] = new JsonObject
    {
        ["earliest_cancellation_date"] = "2026-12-31", ["cancelled"] = _cancelled, ["cancellation_date"] = _cancelled ? "2026-12-31" : null,
    } });

    private static SimulatedAnswer Error(HttpStatusCode status, string code) =>
        new(status, new JsonObject { ["error"] = new JsonObject { ["status"] = (int)status, ["code"] = code, ["message"] = code } });

    private static JsonObject Write(SimulatedServer server) => new()
    {
        ["server_number"] = int.Parse(server.Id, null), ["server_name"] = server.Name, ["server_ip"] = server.Address,
            ["product"] = server.Plan,
        ["dc"] = server.Location, ["status"] = "ready", ["cancelled"] = false, ["subnet"] = null,
    };
}
