using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Gcore's bare metal API as its SDKs have it.</summary>
internal sealed class GcoreSimulator : SimulatedCloud
{
    private readonly List<(string Name, DateTimeOffset Made)> _images = [];

    public override string Provider => "gcore";
    public override string Plan => "bm1-infrastructure-small";
    public override string Location => "8";
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["project"] = "5", ["region"] = "8" };
    protected override string Root => "/cloud";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST v1/bminstances/5/8";

    protected override bool IsAllowed(SimulatedRequest request) =>
        request.Message.Headers.GetValues("Authorization").Single() == $"APIKey {Secret}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["v1", "bmflavors", "5", "8"]) => Results([new JsonObject
        {
            ["flavor_id"] = Plan, ["flavor_name"] = Plan, ["vcpus"] = 8, ["ram"] = 65536, ["price_per_hour"] = Hourly,
                ["currency_code"] = "EUR", ["capacity"] = SoldOut ? 0 : 4,
        }]),
        ("GET", ["v1", "bmimages", "5", "8"]) => Results(_images.Select((image, i) => (JsonNode)new JsonObject
        {
            ["id"] = $"img-{i}", ["name"] = image.Name, ["status"] = RejectsImages ? "killed"
                : Time.GetUtcNow() - image.Made >= ImageTime ? "active" : "queued",
        })),
        ("POST", ["v1", "downloadimage", "5", "8"]) => Fetch(request.Json),
        ("GET", ["v1", "bminstances", "5", "8"]) => Results(Listed.Select(Write)),
        ("POST", ["v1", "bminstances", "5", "8"]) => SimulatedAnswer.Ok(new JsonObject { ["tasks"] = new JsonArray(Make(
            (string)request.Json["name"]!, (string)request.Json["flavor"]!, Location, (string)request.Json["image_id"]!).Id) }),
        ("GET", ["v1", "tasks", var id]) =>
            SimulatedAnswer.Ok(new JsonObject { ["state"] = "RUNNING", ["created_resources"] = new JsonObject
            { ["instances"] = new JsonArray(id) } }),
        ("GET", ["v1", "instances", "5", "8", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(Write(server)),
        ("DELETE", ["v1", "bminstances", "5", "8", var id]) when Find(id) is { } server => Gone(server),
        ("POST", ["v2", "instances", "5", "8", var id, "action"]) when Find(id) is { } server =>
            Switch(server, (string)request.Json["action"]!),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Fetch(JsonNode body)
    {
        if ((bool?)body["is_baremetal"] is not true)
            return SimulatedAnswer.NotFound;
        _images.Add(((string)body["name"]!, Time.GetUtcNow()));
        return SimulatedAnswer.Ok(new JsonObject { ["tasks"] = new JsonArray("image-task") });
    }

    private SimulatedAnswer Gone(SimulatedServer server)
    {
        Delete(server);
        return SimulatedAnswer.Ok(new JsonObject { ["tasks"] = new JsonArray("delete-task") });
    }

    private SimulatedAnswer Switch(SimulatedServer server, string action)
    {
        server.On = action != "stop";
        return SimulatedAnswer.Ok(Write(server));
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["instance_id"] = server.Id, ["instance_name"] = server.Name, ["status"] = !IsBuilt(server) ? "BUILD" : server.On ? "ACTIVE"
            : "SHUTOFF",
        ["flavor"] = new JsonObject { ["flavor_id"] = server.Plan }, ["region_id"] = 8,
        ["addresses"] = new JsonObject { ["net-1"] = new JsonArray(new JsonObject { ["addr"] = server.Address, ["type"] = "fixed" }) },
    };

    private static SimulatedAnswer Results(IEnumerable<JsonNode> items) =>
        SimulatedAnswer.Ok(new JsonObject { ["count"] = 1, ["results"] = new JsonArray([.. items]) });
}
