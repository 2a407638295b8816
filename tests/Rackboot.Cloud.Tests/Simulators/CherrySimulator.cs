using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Cherry Servers' API as cherrygo has it.</summary>
internal sealed class CherrySimulator : SimulatedCloud
{
    public override string Provider => "cherry";
    public override string Plan => "e3_1240v3";
    public override string Location => "LT-Siauliai";
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["project"] = "42" };
    protected override string Root => "/v1";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST projects/42/servers";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.Authorization?.ToString() == $"Bearer {Secret}";

    protected override string NewId(int number) => $"{500 + number}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["plans"]) => SimulatedAnswer.Ok(new JsonArray(new JsonObject
        {
            ["id"] = 1, ["slug"] = Plan, ["name"] = "E3-1240V3",
            ["specs"] = new JsonObject { ["cpus"] = new JsonObject { ["count"] = 1, ["cores"] = 4 },
                ["memory"] = new JsonObject { ["total"] = 16 } },
            ["pricing"] = new JsonArray(new JsonObject { ["unit"] = "Hourly", ["price"] = Hourly, ["currency"] = "EUR" }),
            ["available_regions"] = new JsonArray(new JsonObject { ["slug"] = Location, ["name"] = "Lithuania", ["stock_qty"] = SoldOut ? 0
                : 3 }),
        })),
        ("GET", ["projects", "42", "servers"]) => SimulatedAnswer.Ok(new JsonArray([.. Listed.Select(Write)])),
        ("POST", ["projects", "42", "servers"]) => SimulatedAnswer.Created(Write(Make(
            (string)request.Json["hostname"]!, (string)request.Json["plan"]!, (string)request.Json["region"]!,
                (string)request.Json["ipxe"]!))),
        ("GET", ["servers", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(request.Query.ContainsKey("fields")
            ? new JsonObject { ["power"] = server.On ? "on" : "off" } : Write(server)),
        ("POST", ["servers", var id, "actions"]) when Find(id) is { } server => Act(server, (string)request.Json["type"]!),
        ("DELETE", ["servers", var id]) when Find(id) is { } server => Delete(server),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Act(SimulatedServer server, string what)
    {
        server.On = what != "power_off";
        return SimulatedAnswer.Created(what == "create-console-access"
            ? new JsonObject { ["bmc"] = new JsonObject { ["ip"] = "10.1.1.1", ["user"] = "u", ["password"] = "p" } } : Write(server));
    }

    // For a system of one's own "allocated" is the end.
    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = int.Parse(server.Id, null), ["hostname"] = server.Name, ["status"] = IsBuilt(server) ? "allocated" : "deploying",
        ["plan"] = new JsonObject { ["slug"] = server.Plan }, ["region"] = new JsonObject { ["slug"] = server.Location },
        ["ip_addresses"] = new JsonArray(new JsonObject { ["type"] = "primary-ip", ["address"] = server.Address }),
        ["pricing"] = new JsonObject { ["unit"] = "Hourly", ["price"] = Hourly, ["currency"] = "EUR" },
    };
}
