using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>A private OpenStack: Keystone, Nova and Glance behind one address.</summary>
internal sealed class OpenStackSimulator : KeystoneSimulator
{
    private readonly Dictionary<string, (string Name, DateTimeOffset? Imported)> _images = [];

    public override string Provider => "openmetal";
    public override string Plan => "flavor-1";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST compute/v2.1/servers";

    protected override SimulatedAnswer SoldOutAnswer =>
        new(HttpStatusCode.Forbidden, new JsonObject { ["forbidden"] = new JsonObject { ["code"] = 403, ["message"] = "Quota exceeded for "
            + "instances" } });

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("POST", ["identity", "v3", "auth", "tokens"]) => Token(request, ("compute", "compute/v2.1"), ("image", "image")),
        ("GET", ["compute", "v2.1", "flavors", "detail"]) =>
            SimulatedAnswer.Ok(new JsonObject
            { ["flavors"] = new JsonArray(new JsonObject { ["id"] = Plan, ["name"] = "bm.large", ["vcpus"] = 16, ["ram"] = 65536,
            ["disk"] = 900 }) }),
        ("GET", ["compute", "v2.1", "servers", "detail"]) =>
            SimulatedAnswer.Ok(new JsonObject { ["servers"] = request.Query.ContainsKey("marker") ? new JsonArray()
            : new JsonArray([.. Listed.Select(Write)]) }),
        ("POST", ["compute", "v2.1", "servers"]) => SimulatedAnswer.Accepted(new JsonObject { ["server"] = new JsonObject { ["id"] = Make(
            (string)request.Json["server"]!["name"]!, (string)request.Json["server"]!["flavorRef"]!, Location,
                (string)request.Json["server"]!["imageRef"]!).Id } }),
        ("GET", ["compute", "v2.1", "servers", var id]) when Find(id) is { } server =>
            SimulatedAnswer.Ok(new JsonObject { ["server"] = Write(server) }),
        ("DELETE", ["compute", "v2.1", "servers", var id]) when Find(id) is { } server => Delete(server),
        ("POST", ["compute", "v2.1", "servers", var id, "action"]) when Find(id) is { } server =>
            Switch(server, request.Json.AsObject().ContainsKey("os-stop")),
        ("POST", ["compute", "v2.1", "servers", var id, "remote-consoles"]) when Find(id) is not null =>
            SimulatedAnswer.Ok(new JsonObject { ["remote_console"] = new JsonObject { ["url"] = "https://console" } }),
        ("GET", ["image", "v2", "images"]) =>
            SimulatedAnswer.Ok(new JsonObject
            { ["images"] = new JsonArray([.. _images.Where(i => i.Value.Name == request.Query["name"]).Select(i =>
            (JsonNode)WriteImage(i.Key))]) }),
        ("POST", ["image", "v2", "images"]) => Created((string)request.Json["name"]!),
        ("POST", ["image", "v2", "images", var id, "import"]) when (string?)request.Json["method"]!["name"] == "web-download" => Import(id),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Created(string name)
    {
        var id = $"70a599e0-31e7-49b7-b260-{_images.Count + 1:x12}";
        _images[id] = (name, null);
        return SimulatedAnswer.Created(WriteImage(id));
    }

    private SimulatedAnswer Import(string id)
    {
        _images[id] = (_images[id].Name, Time.GetUtcNow());
        return SimulatedAnswer.Accepted();
    }

    private JsonObject WriteImage(string id) => new()
    {
        ["id"] = id, ["name"] = _images[id].Name,
        ["status"] = _images[id].Imported is not { } at || RejectsImages ? "queued" : Time.GetUtcNow() - at >= ImageTime ? "active"
            : "importing",
        ["os_glance_failed_import"] = RejectsImages ? "file,ceph" : "",
    };

    private static SimulatedAnswer Switch(SimulatedServer server, bool stop)
    {
        server.On = !stop;
        return SimulatedAnswer.Accepted();
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = server.Id, ["name"] = server.Name, ["status"] = !IsBuilt(server) ? "BUILD" : server.On ? "ACTIVE"
            : "SHUTOFF", ["flavor"] = new JsonObject { ["original_name"] = "bm.large" },
        ["addresses"] = new JsonObject { ["public"] = new JsonArray(new JsonObject { ["addr"] = server.Address, ["version"] = 4 }) },
    };
}
