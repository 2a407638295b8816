using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Scaleway's Elastic Metal API as its SDK has it.</summary>
internal sealed class ScalewaySimulator : SimulatedCloud
{
    private const string Zone = "baremetal/v1/zones/fr-par-2";

    private readonly Dictionary<string, string> _keys = [];

    public ScalewaySimulator() => Shell = new RescueStandIn(address => Known.Any(s => s.Rescue && s.Address == address));

    public override string Provider => "scaleway";
    public override string Plan => "EM-A115X-SSD";
    public override string Location => "fr-par-2";
    public override IReadOnlyDictionary<string, string> Settings =>
        new Dictionary<string, string> { ["project"] = "prj", ["zone"] = "fr-par-2" };
    public override IRescueShell? Shell { get; init; }
    protected override string Root => "/";

    public override bool IsCreate(SimulatedRequest request) => request.Line == $"POST {Zone}/servers";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.GetValues("X-Auth-Token").Single() == Secret;

    protected override SimulatedAnswer SoldOutAnswer =>
        new(System.Net.HttpStatusCode.BadRequest, new JsonObject { ["type"] = "out_of_stock", ["message"] = "resource is out of stock" });

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["baremetal", "v1", "zones", "fr-par-2", "offers"]) =>
            SimulatedAnswer.Ok(new JsonObject { ["total_count"] = 1, ["offers"] = new JsonArray(new JsonObject
        {
            ["id"] = "offer-uuid", ["name"] = Plan, ["enable"] = true, ["stock"] = SoldOut ? "empty" : "available",
            ["price_per_hour"] = new JsonObject { ["currency_code"] = "EUR", ["units"] = 0, ["nanos"] = (int)(Hourly * 1_000_000_000) },
                ["price_per_month"] = null,
            ["cpus"] = new JsonArray(new JsonObject { ["name"] = "Xeon", ["core_count"] = 4 }),
                ["memories"] = new JsonArray(new JsonObject { ["capacity"] = 34359738368L }),
            ["disks"] = new JsonArray(new JsonObject { ["capacity"] = 1000000000000L, ["type"] = "SSD" }),
        }) }),
        ("GET", ["baremetal", "v1", "zones", "fr-par-2", "servers"]) =>
            SimulatedAnswer.Ok(new JsonObject { ["total_count"] = 1, ["servers"] = new JsonArray([.. Listed.Select(Write)]) }),
        ("POST", ["baremetal", "v1", "zones", "fr-par-2", "servers"]) when (string?)request.Json["offer_id"] == "offer-uuid" =>
            SimulatedAnswer.Ok(Write(Make((string)request.Json["name"]!, Plan, Location, null))),
        ("GET", ["baremetal", "v1", "zones", "fr-par-2", "servers", var id]) when Find(id) is { } server =>
            SimulatedAnswer.Ok(Write(server)),
        ("DELETE", ["baremetal", "v1", "zones", "fr-par-2", "servers", var id]) when Find(id) is { } server => Delete(server),
        ("POST", ["baremetal", "v1", "zones", "fr-par-2", "servers", var id, "reboot"]) when Find(id) is { } server =>
            Reboot(server, request.Json),
        ("POST", ["baremetal", "v1", "zones", "fr-par-2", "servers", var id, ("start" or "stop") and var what]) when Find(id) is
            { } server => Switch(server, what == "start"),
        ("POST" or "GET", ["baremetal", "v1", "zones", "fr-par-2", "servers", var id, "bmc-access"]) when Find(id) is not null =>
            SimulatedAnswer.Ok(new JsonObject { ["url"] = "https://bmc.example.net", ["login"] = "u", ["password"] = "p" }),
        ("GET", ["iam", "v1alpha1", "ssh-keys"]) =>
            SimulatedAnswer.Ok(new JsonObject
            { ["ssh_keys"] = new JsonArray([.. _keys.Select(k => (JsonNode)new JsonObject { ["id"] = k.Key, ["name"] = k.Value })]) }),
        ("POST", ["iam", "v1alpha1", "ssh-keys"]) => Key(request.Json),
        ("DELETE", ["iam", "v1alpha1", "ssh-keys", var id]) => _keys.Remove(id) ? SimulatedAnswer.Empty : SimulatedAnswer.NotFound,
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Key(JsonNode body)
    {
        var id = $"key-{_keys.Count + 1}";
        _keys[id] = (string)body["name"]!;
        return SimulatedAnswer.Ok(new JsonObject { ["id"] = id });
    }

    private SimulatedAnswer Reboot(SimulatedServer server, JsonNode body)
    {
        server.Rescue = (string?)body["boot_type"] == "rescue" && _keys.ContainsKey((string)body["ssh_key_ids"]![0]!);
        return SimulatedAnswer.Ok(Write(server));
    }

    private SimulatedAnswer Switch(SimulatedServer server, bool on)
    {
        server.On = on;
        return SimulatedAnswer.Ok(Write(server));
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = server.Id, ["name"] = server.Name, ["offer_name"] = server.Plan, ["zone"] = server.Location, ["boot_type"] = server.Rescue
            ? "rescue" : "normal",
        ["status"] = !IsBuilt(server) ? "delivering" : server.On ? "ready" : "stopped", ["install"] = null,
        ["ips"] = IsBuilt(server) ? new JsonArray(new JsonObject { ["address"] = server.Address, ["version"] = "IPv4" }) : new JsonArray(),
    };
}
