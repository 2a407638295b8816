using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Linode's API as its OpenAPI document has it.</summary>
internal sealed class LinodeSimulator : SimulatedCloud
{
    private readonly HashSet<string> _own = [];
    private readonly HashSet<string> _booted = [];

    public override string Provider => "linode";
    public override string Plan => "g6-standard-2";
    public override string Location => "eu-central";
    public override string? Image => "private/15";
    protected override string Root => "/v4";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST linode/instances";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.Authorization?.ToString() == $"Bearer {Secret}";

    protected override string NewId(int number) => $"{12300 + number}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["regions"]) => List([new JsonObject { ["id"] = Location, ["label"] = "Frankfurt, DE", ["status"] = "ok" }]),
        ("GET", ["regions", "availability"]) =>
            SimulatedAnswer.Ok(new JsonArray(new JsonObject { ["region"] = Location, ["plan"] = Plan, ["available"] = !SoldOut })),
        ("GET", ["linode", "types"]) => List([new JsonObject
        {
            ["id"] = Plan, ["label"] = "Linode 4GB", ["vcpus"] = 2, ["memory"] = 4096, ["disk"] = 81920, ["gpus"] = 0,
            ["price"] = new JsonObject { ["hourly"] = Hourly, ["monthly"] = Hourly * 700 }, ["region_prices"] = new JsonArray(),
        }]),
        ("GET", ["linode", "instances"]) => List(Listed.Select(Write)),
        ("POST", ["linode", "instances"]) when (bool?)request.Json["booted"] is false => SimulatedAnswer.Ok(Write(Make(
            (string)request.Json["label"]!, (string)request.Json["type"]!, (string)request.Json["region"]!,
                (string)request.Json["image"]!))),
        ("GET", ["linode", "instances", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(Write(server)),
        ("GET", ["linode", "instances", var id, "configs"]) when Find(id) is not null =>
            List([new JsonObject { ["id"] = 9, ["kernel"] = _own.Contains(id) ? "linode/direct-disk" : "linode/latest-64bit" }]),
        ("PUT", ["linode", "instances", var id, "configs", "9"]) when (string?)request.Json["kernel"] == "linode/direct-disk" =>
            Done(_own.Add(id)),
        ("POST", ["linode", "instances", var id, "boot"]) when _own.Contains(id) => Done(_booted.Add(id)),
        ("POST", ["linode", "instances", var id, "shutdown"]) when Find(id) is not null => Done(_booted.Remove(id)),
        ("POST", ["linode", "instances", _, "reboot"]) => SimulatedAnswer.Ok(new JsonObject()),
        ("DELETE", ["linode", "instances", var id]) when Find(id) is { } server => Delete(server),
        _ => SimulatedAnswer.NotFound,
    };

    private static SimulatedAnswer Done(bool changed) => SimulatedAnswer.Ok(new JsonObject { ["changed"] = changed });

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = int.Parse(server.Id, null), ["label"] = server.Name, ["type"] = server.Plan, ["region"] = server.Location,
        ["status"] = !IsBuilt(server) ? "provisioning" : _booted.Contains(server.Id) ? "running"
            : "offline", ["ipv4"] = new JsonArray(server.Address), ["ipv6"] = null,
    };

    private static SimulatedAnswer List(IEnumerable<JsonNode> items) =>
        SimulatedAnswer.Ok(new JsonObject { ["data"] = new JsonArray([.. items]), ["page"] = 1, ["pages"] = 1, ["results"] = 1 });
}
