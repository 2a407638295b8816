using System.Text;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Latitude.sh's API as the SDK and the recordings have it.</summary>
internal sealed class LatitudeSimulator : SimulatedCloud
{
    public override string Provider => "latitude";
    public override string Plan => "c2-small-x86";
    public override string Location => "FRA";
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["project"] = "proj_1" };
    protected override string Root => "";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST servers";

    protected override bool IsAllowed(SimulatedRequest request) =>
        request.Message.Headers.GetValues("Authorization").Single() == Secret
            && request.Message.Headers.GetValues("Api-Version").Single() == "2023-06-01";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["regions"]) => Data([new JsonObject { ["id"] = "loc_1", ["type"] = "regions", ["attributes"] = new JsonObject
            { ["slug"] = "FRA", ["name"] = "Frankfurt" } }]),
        ("GET", ["plans"]) => Data([PlanNode()]),
        ("GET", ["servers"]) => Data([.. Listed.Select(Write)]),
        ("POST", ["servers"]) => Order(request.Json["data"]!["attributes"]!),
        ("GET", ["servers", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(new JsonObject { ["data"] = Write(server) }),
        ("DELETE", ["servers", var id]) when Find(id) is { } server => Delete(server),
        ("POST", ["servers", var id, "actions"]) when Find(id) is { } server =>
            Switch(server, (string)request.Json["data"]!["attributes"]!["action"]!),
        ("POST", ["servers", var id, "remote_access"]) when Find(id) is not null => SimulatedAnswer.Created(new JsonObject
        {
            ["data"] = new JsonObject { ["attributes"] = new JsonObject { ["ipmi_address"] = "10.0.0.9", ["ipmi_username"] = "root",
                ["ipmi_password"] = "p" } },
        }),
        ("POST", ["servers", var id, "reinstall"]) when Find(id) is { } server => Reinstall(server, request.Json["data"]!["attributes"]!),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Order(JsonNode wanted)
    {
        if ((string?)wanted["operating_system"] != "ipxe" || (string?)wanted["billing"] != "hourly"
            || (string?)wanted["project"] != "proj_1")
            return new SimulatedAnswer(System.Net.HttpStatusCode.UnprocessableEntity,
                new JsonObject { ["errors"] = new JsonArray(new JsonObject { ["code"] = "VALIDATION_ERROR", ["detail"] = "wrong "
                + "order" }) });
        return SimulatedAnswer.Created(new JsonObject
            { ["data"] = Write(Make((string)wanted["hostname"]!, (string)wanted["plan"]!, (string)wanted["site"]!, Script(wanted))) });
    }

    private static SimulatedAnswer Reinstall(SimulatedServer server, JsonNode wanted)
    {
        server.Boot = Script(wanted);
        return SimulatedAnswer.Accepted();
    }

    private static string Script(JsonNode wanted) => Encoding.UTF8.GetString(Convert.FromBase64String((string)wanted["ipxe"]!));

    private static SimulatedAnswer Switch(SimulatedServer server, string what)
    {
        server.On = what != "power_off";
        return SimulatedAnswer.Created(new JsonObject { ["data"] = new JsonObject { ["id"] = "act", ["type"] = "actions" } });
    }

    private JsonObject PlanNode() => new()
    {
        ["id"] = "plan_1", ["type"] = "plans",
        ["attributes"] = new JsonObject
        {
            ["slug"] = Plan, ["name"] = "c2.small.x86",
            ["specs"] = new JsonObject { ["cpu"] = new JsonObject { ["type"] = "E-2134G", ["cores"] = 4, ["count"] = 1 },
                ["memory"] = new JsonObject { ["total"] = 32 }, ["gpu"] = new JsonObject() },
            ["regions"] = new JsonArray(new JsonObject
            {
                ["name"] = "Germany", ["stock_level"] = SoldOut ? "unavailable" : "high",
                ["locations"] = new JsonObject { ["available"] = new JsonArray("FRA"), ["in_stock"] = SoldOut ? new JsonArray()
                    : new JsonArray("FRA") },
                ["pricing"] = new JsonObject { ["USD"] = new JsonObject { ["hour"] = Hourly, ["month"] = Hourly * 700 } },
            }),
        },
    };

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = server.Id, ["type"] = "servers",
        ["attributes"] = new JsonObject
        {
            ["hostname"] = server.Name, ["price"] = Hourly, ["primary_ipv4"] = IsBuilt(server) ? server.Address : null,
            ["status"] = server.Failed ? "failed_deployment" : !IsBuilt(server) ? "starting_deploy" : server.On ? "on" : "off",
            ["plan"] = new JsonObject { ["slug"] = server.Plan, ["billing"] = "hourly" },
                ["team"] = new JsonObject { ["currency"] = new JsonObject { ["code"] = "USD" } },
        },
    };

    private static SimulatedAnswer Data(IEnumerable<JsonNode> items) =>
        SimulatedAnswer.Ok(new JsonObject { ["data"] = new JsonArray([.. items]), ["meta"] = new JsonObject() });
}
