using System.Text;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Vultr's API as its OpenAPI document has it.</summary>
internal sealed class VultrSimulator : SimulatedCloud
{
    private readonly Dictionary<string, (string Name, string Text)> _scripts = [];
    private int _numbers;

    public override string Provider => "vultr";
    public override string Plan => "vbm-4c-32gb";
    public override string Location => "ams";
    protected override string Root => "/v2";

    public int Scripts => _scripts.Count;

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST bare-metals";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.Authorization?.ToString() == $"Bearer {Secret}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["regions"]) => List("regions", [new JsonObject { ["id"] = "ams", ["city"] = "Amsterdam", ["country"] = "NL" }]),
        ("GET", ["regions", "ams", "availability"]) =>
            SimulatedAnswer.Ok(new JsonObject { ["available_plans"] = SoldOut ? new JsonArray() : new JsonArray(Plan) }),
        ("GET", ["plans-metal"]) => List("plans_metal",
            [new JsonObject { ["id"] = Plan, ["cpu_count"] = 4, ["cpu_model"] = "E3-1270v6", ["ram"] = "32768", ["disk"] = 240,
                ["disk_count"] = 2, ["monthly_cost"] = Hourly * 730, ["locations"] = new JsonArray("ams"), ["type"] = "SSD" }]),
        ("GET", ["startup-scripts"]) =>
            List("startup_scripts", [.. _scripts.Select(s =>
            (JsonNode)new JsonObject { ["id"] = s.Key, ["name"] = s.Value.Name, ["type"] = "pxe" })]),
        ("POST", ["startup-scripts"]) => Script(request.Json),
        ("DELETE", ["startup-scripts", var id]) => _scripts.Remove(id) ? SimulatedAnswer.Empty : SimulatedAnswer.NotFound,
        ("GET", ["bare-metals"]) => List("bare_metals", [.. Listed.Select(Write)]),
        ("POST", ["bare-metals"]) => SimulatedAnswer.Accepted(new JsonObject { ["baremetal"] = Write(Make(
            (string)request.Json["label"]!, (string)request.Json["plan"]!, (string)request.Json["region"]!,
                _scripts[(string)request.Json["script_id"]!].Text)) }),
        ("GET", ["bare-metals", var id]) when Find(id) is { } server =>
            SimulatedAnswer.Ok(new JsonObject { ["bare_metal"] = Write(server) }),
        ("GET", ["bare-metals", var id, "vnc"]) when Find(id) is not null =>
            SimulatedAnswer.Ok(new JsonObject { ["vnc"] = new JsonObject { ["url"] = "https://my.vultr.com/vnc" } }),
        ("DELETE", ["bare-metals", var id]) when Find(id) is { } server => Delete(server),
        ("POST", ["bare-metals", var id, ("start" or "halt" or "reboot") and var what]) when Find(id) is { } server => Switch(server, what),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Script(JsonNode body)
    {
        var id = $"script-{++_numbers}";
        _scripts[id] = ((string)body["name"]!, Encoding.UTF8.GetString(Convert.FromBase64String((string)body["script"]!)));
        return SimulatedAnswer.Created(new JsonObject { ["startup_script"] = new JsonObject { ["id"] = id } });
    }

    private static SimulatedAnswer Switch(SimulatedServer server, string what)
    {
        server.On = what != "halt";
        return SimulatedAnswer.Empty;
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = server.Id, ["label"] = server.Name, ["status"] = IsBuilt(server) ? "active" : "pending", ["main_ip"] = IsBuilt(server)
            ? server.Address : "0.0.0.0",
        ["plan"] = server.Plan, ["region"] = server.Location, ["mac_address"] = 2199756823533, ["v6_main_ip"] = "",
            ["default_password"] = null,
    };

    private static SimulatedAnswer List(string member, IEnumerable<JsonNode> items) =>
        SimulatedAnswer.Ok(new JsonObject { [member] = new JsonArray([.. items]),
            ["meta"] = new JsonObject { ["total"] = 1, ["links"] = new JsonObject { ["next"] = "", ["prev"] = "" } } });
}
