using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>DigitalOcean's API as its OpenAPI document has it.</summary>
internal sealed class DigitalOceanSimulator : SimulatedCloud
{
    private readonly List<(string Name, string Url, DateTimeOffset Made)> _images = [];

    public override string Provider => "digitalocean";
    public override string Plan => "s-4vcpu-8gb";
    public override string Location => "fra1";
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["sshKey"] = "3b:16:bf:e4" };
    protected override string Root => "/v2";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST droplets";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.Authorization?.ToString() == $"Bearer {Secret}";

    protected override string NewId(int number) => $"{3164000 + number}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["regions"]) => List("regions", [new JsonObject { ["slug"] = "fra1", ["name"] = "Frankfurt 1", ["available"] = true }]),
        ("GET", ["sizes"]) => List("sizes",
            [new JsonObject { ["slug"] = Plan, ["memory"] = 8192, ["vcpus"] = 4, ["disk"] = 160, ["price_hourly"] = Hourly,
            ["available"] = !SoldOut, ["regions"] = new JsonArray("fra1") }]),
        ("GET", ["images"]) => List("images",
            [.. _images.Select((image, i) =>
            (JsonNode)new JsonObject
            {
                ["id"] = 100 + i, ["name"] = image.Name, ["error_message"] = RejectsImages ? "unsupported format" : "",
                ["status"] = !RejectsImages && Time.GetUtcNow() - image.Made >= ImageTime ? "available" : "NEW",
            })]),
        ("POST", ["images"]) => Fetch(request.Json),
        ("GET", ["droplets"]) => List("droplets", [.. Listed.Select(Write)]),
        ("POST", ["droplets"]) => SimulatedAnswer.Accepted(new JsonObject { ["droplet"] = Write(Make(
            (string)request.Json["name"]!, (string)request.Json["size"]!, (string)request.Json["region"]!,
                _images[(int)request.Json["image"]! - 100].Url)) }),
        ("GET", ["droplets", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(new JsonObject { ["droplet"] = Write(server) }),
        ("DELETE", ["droplets", var id]) when Find(id) is { } server => Delete(server),
        ("POST", ["droplets", var id, "actions"]) when Find(id) is { } server => Switch(server, (string)request.Json["type"]!),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Fetch(JsonNode body)
    {
        _images.Add(((string)body["name"]!, (string)body["url"]!, Time.GetUtcNow()));
        return SimulatedAnswer.Accepted(new JsonObject { ["image"] = new JsonObject { ["id"] = 99 + _images.Count } });
    }

    private static SimulatedAnswer Switch(SimulatedServer server, string type)
    {
        server.On = type is not ("power_off" or "shutdown");
        return SimulatedAnswer.Created(new JsonObject { ["action"] = new JsonObject { ["status"] = "in-progress" } });
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = int.Parse(server.Id, null), ["name"] = server.Name, ["status"] = !IsBuilt(server) ? "new" : server.On ? "active" : "off",
        ["size_slug"] = server.Plan, ["region"] = new JsonObject { ["slug"] = server.Location },
            ["size"] = new JsonObject { ["price_hourly"] = Hourly },
        ["networks"] = new JsonObject { ["v4"] = new JsonArray(new JsonObject { ["ip_address"] = server.Address, ["type"] = "public" }),
            ["v6"] = new JsonArray() },
    };

    private static SimulatedAnswer List(string member, IEnumerable<JsonNode> items) =>
        SimulatedAnswer.Ok(new JsonObject { [member] = new JsonArray([.. items]), ["links"] = new JsonObject(),
            ["meta"] = new JsonObject { ["total"] = 1 } });
}
