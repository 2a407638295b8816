using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Hetzner Cloud's API as its documentation has it.</summary>
internal sealed class HetznerCloudSimulator : SimulatedCloud
{
    public override string Provider => "hetzner-cloud";
    public override string Plan => "cpx31";
    public override string Location => "fsn1";
    public override string? Image => "4711";
    protected override string Root => "/v1";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST servers";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.Authorization?.ToString() == $"Bearer {Secret}";

    protected override string NewId(int number) => $"{42000 + number}";

    protected override SimulatedAnswer SoldOutAnswer =>
        new(System.Net.HttpStatusCode.PreconditionFailed,
            new JsonObject { ["error"] = new JsonObject { ["code"] = "resource_unavailable", ["message"] = "no server" } });

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["locations"]) =>
            List("locations", [new JsonObject { ["id"] = 1, ["name"] = "fsn1", ["city"] = "Falkenstein", ["country"] = "DE" }]),
        ("GET", ["pricing"]) => SimulatedAnswer.Ok(new JsonObject { ["pricing"] = new JsonObject { ["currency"] = "EUR" } }),
        ("GET", ["server_types"]) => List("server_types", [new JsonObject
        {
            ["id"] = 3, ["name"] = Plan, ["cores"] = 4, ["memory"] = 8, ["disk"] = 160, ["architecture"] = "x86", ["deprecated"] = false,
            ["locations"] = new JsonArray(new JsonObject { ["name"] = "fsn1", ["available"] = !SoldOut }),
            ["prices"] = new JsonArray(new JsonObject { ["location"] = "fsn1", ["price_hourly"] = Price(Hourly),
                ["price_monthly"] = Price(Hourly * 700) }),
        }]),
        ("GET", ["servers"]) => List("servers", [.. Listed.Select(Write)]),
        ("POST", ["servers"]) => SimulatedAnswer.Created(new JsonObject { ["server"] = Write(Make(
            (string)request.Json["name"]!, (string)request.Json["server_type"]!, (string)request.Json["location"]!,
                (string)request.Json["image"]!)) }),
        ("GET", ["servers", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(new JsonObject { ["server"] = Write(server) }),
        ("DELETE", ["servers", var id]) when Find(id) is { } server => Delete(server),
        ("POST", ["servers", var id, "actions", var what]) when Find(id) is { } server => Act(server, what),
        _ => SimulatedAnswer.NotFound,
    };

    private static SimulatedAnswer Act(SimulatedServer server, string what)
    {
        server.On = what is not ("poweroff" or "shutdown");
        return SimulatedAnswer.Created(new JsonObject { ["action"] = new JsonObject { ["status"] = "running" },
            ["wss_url"] = "wss://console", ["password"] = "p" });
    }

    private static JsonObject Price(decimal net) => new() { ["net"] = $"{net:0.0000000000}", ["gross"] = $"{net * 1.19m:0.0000000000}" };

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = int.Parse(server.Id, null), ["name"] = server.Name, ["status"] = !IsBuilt(server) ? "initializing" : server.On ? "running"
            : "off",
        ["public_net"] = new JsonObject { ["ipv4"] = new JsonObject { ["ip"] = server.Address }, ["ipv6"] = null },
            ["rescue_enabled"] = false,
        ["server_type"] = new JsonObject { ["name"] = server.Plan }, ["location"] = new JsonObject { ["name"] = server.Location },
            ["datacenter"] = null,
    };

    private static SimulatedAnswer List(string member, IEnumerable<JsonNode> items) =>
        SimulatedAnswer.Ok(new JsonObject { [member] = new JsonArray([.. items]),
            ["meta"] = new JsonObject { ["pagination"] = new JsonObject { ["next_page"] = null } } });
}
