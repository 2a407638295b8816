using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>A private OpenStack with Keystone and Ironic, in the shapes of Ironic's API reference. Its nodes are used again, and an
/// instance on one is known by its allocation.</summary>
internal sealed class IronicSimulator : KeystoneSimulator
{
    private const string Nodes = "6d85703a-565d-469a-96ce-";

    private readonly Dictionary<string, JsonObject> _info = [];
    private readonly Dictionary<string, DateTimeOffset> _deployed = [];
    private readonly HashSet<string> _consoles = [];

    public override string Provider => "ironic";
    public override string Plan => "bm-large";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST baremetal/v1/allocations";

    protected override string NewId(int number) => $"5344a3e2-978a-444e-990a-{number:x12}";

    protected override bool IsAllowed(SimulatedRequest request) =>
        base.IsAllowed(request) && (request.Path[0] == "identity" || request.Message.Headers.Contains("X-OpenStack-Ironic-API-Version"));

    // Told after the answer: an allocation that fails.
    protected override SimulatedAnswer SoldOutAnswer => SimulatedAnswer.Created(new JsonObject
    {
        ["uuid"] = NewId(0xffff), ["name"] = "none", ["state"] = "error", ["resource_class"] = Plan,
        ["last_error"] = "no available nodes match the resource class",
    });

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("POST", ["identity", "v3", "auth", "tokens"]) => Token(request, ("baremetal", "baremetal")),
        ("GET", ["baremetal", "v1", "nodes", "detail"]) => Details(request),
        ("GET", ["baremetal", "v1", "allocations"]) => SimulatedAnswer.Ok(new JsonObject
        {
            ["allocations"] = new JsonArray([.. Listed.Where(s => s.Deleted is null).Select(WriteAllocation)]),
        }),
        ("POST", ["baremetal", "v1", "allocations"]) => SimulatedAnswer.Created(WriteAllocation(Make(
            (string)request.Json["name"]!, (string)request.Json["resource_class"]!, Location, null))),
        ("GET", ["baremetal", "v1", "allocations", var id]) when Held(id) is { } server => SimulatedAnswer.Ok(WriteAllocation(server)),
        ("DELETE", ["baremetal", "v1", "allocations", var id]) when Held(id) is { } server && !_deployed.ContainsKey(id) => Delete(server),
        ("GET", ["baremetal", "v1", "nodes", var node]) when On(node) is { } server => SimulatedAnswer.Ok(WriteNode(server)),
        ("PATCH", ["baremetal", "v1", "nodes", var node]) when On(node) is { } server => Patch(server, request.Json.AsArray()),
        ("PUT", ["baremetal", "v1", "nodes", var node, "states", var what]) when On(node) is { } server =>
            Put(server, what, request.Json),
        ("GET", ["baremetal", "v1", "nodes", var node, "states", "console"]) when On(node) is { } server =>
            SimulatedAnswer.Ok(new JsonObject
            {
                ["console_enabled"] = _consoles.Contains(server.Id),
                ["console_info"] = _consoles.Contains(server.Id)
                    ? new JsonObject { ["type"] = "shellinabox", ["url"] = "http://192.0.2.1:8900" } : null,
            }),
        _ => Refused(HttpStatusCode.NotFound, "Node could not be found."),
    };

    private static string NodeOf(SimulatedServer server) => $"{Nodes}{server.Id.Split('-')[^1]}";

    private SimulatedServer? Held(string id) => Servers.FirstOrDefault(s => s.Id == id && s.Deleted is null);

    private SimulatedServer? On(string node) => Known.FirstOrDefault(s => NodeOf(s) == node);

    // Two to a page, and one node that is free and one that is broken.
    private SimulatedAnswer Details(SimulatedRequest request)
    {
        var nodes = Listed.Select(WriteNode).Append(Free("a", false)).Append(Free("b", true)).ToList();
        if (request.Query.TryGetValue("instance_uuid", out var instance))
            nodes = [.. nodes.Where(n => (string?)n["instance_uuid"] == instance)];
        if (request.Query.TryGetValue("marker", out var marker))
            nodes = [.. nodes.SkipWhile(n => (string?)n["uuid"] != marker).Skip(1)];
        var page = new JsonObject { ["nodes"] = new JsonArray([.. nodes.Take(2)]) };
        if (nodes.Count > 2)
            page["next"] = $"https://cloud.example.net/baremetal/v1/nodes/detail?marker={(string?)nodes[1]["uuid"]}";
        return SimulatedAnswer.Ok(page);
    }

    private SimulatedAnswer Patch(SimulatedServer server, JsonArray patch)
    {
        var info = new JsonObject();
        foreach (var change in patch)
            info[(string)change!["path"]!] = (string?)change["value"];
        _info[server.Id] = info;
        return SimulatedAnswer.Ok(WriteNode(server));
    }

    private SimulatedAnswer Put(SimulatedServer server, string what, JsonNode body)
    {
        switch (what, (string?)body["target"])
        {
            case ("provision", "active") when !_deployed.ContainsKey(server.Id) && IsEquipped(server):
            case ("provision", "rebuild") when _deployed.ContainsKey(server.Id) && IsEquipped(server):
                _deployed[server.Id] = Time.GetUtcNow();
                server.Boot = (string?)_info[server.Id]["/instance_info/kernel"];
                return SimulatedAnswer.Accepted();
            case ("provision", "deleted") when _deployed.ContainsKey(server.Id):
                Delete(server);
                return SimulatedAnswer.Accepted();
            case ("power", "power on" or "rebooting" or "power off" or "soft power off"):
                server.On = !((string)body["target"]!).Contains("off", StringComparison.Ordinal);
                return SimulatedAnswer.Accepted();
            case ("console", null):
                _consoles.Add(server.Id);
                return SimulatedAnswer.Accepted();
            default:
                return Refused(HttpStatusCode.BadRequest, $"The requested action {body.ToJsonString()} can not be performed.");
        }
    }

    private bool IsEquipped(SimulatedServer server) => _info.TryGetValue(server.Id, out var info)
        && info.Select(i => i.Key).Order(StringComparer.Ordinal).SequenceEqual(
            ["/deploy_interface", "/instance_info/kernel", "/instance_info/kernel_append_params", "/instance_info/ramdisk"]);

    // JSON in a text, as Ironic's older releases have it.
    private static SimulatedAnswer Refused(HttpStatusCode status, string why) => new(status, new JsonObject
    {
        ["error_message"] = new JsonObject { ["debuginfo"] = null, ["faultcode"] = "Client", ["faultstring"] = why }.ToJsonString(),
    });

    private JsonObject WriteAllocation(SimulatedServer server) => new()
    {
        ["uuid"] = server.Id, ["name"] = server.Name, ["resource_class"] = server.Plan, ["candidate_nodes"] = new JsonArray(),
        ["state"] = Time.GetUtcNow() - server.Made < TimeSpan.FromSeconds(3) ? "allocating" : "active", ["last_error"] = null,
        ["node_uuid"] = Time.GetUtcNow() - server.Made < TimeSpan.FromSeconds(3) ? null : NodeOf(server),
    };

    private JsonObject WriteNode(SimulatedServer server) => new()
    {
        ["uuid"] = NodeOf(server), ["name"] = "test_node_classic", ["resource_class"] = Plan, ["maintenance"] = false,
        ["instance_uuid"] = server.Deleted is null ? server.Id : null,
        ["allocation_uuid"] = server.Deleted is null ? server.Id : null,
        ["power_state"] = server.On ? "power on" : "power off",
        ["provision_state"] = server.Deleted is not null ? "available" : server.Failed ? "deploy failed"
            : !_deployed.TryGetValue(server.Id, out var at) ? "available"
            : Time.GetUtcNow() - at < BuildTime ? "wait call-back" : "active",
        ["properties"] = new JsonObject { ["cpus"] = "32", ["memory_mb"] = "131072", ["local_gb"] = 900, ["cpu_arch"] = "x86_64" },
        ["network_data"] = new JsonObject { ["networks"] = new JsonArray(new JsonObject { ["ip_address"] = server.Address }) },
    };

    private JsonObject Free(string name, bool broken) => new()
    {
        ["uuid"] = $"2b045129-a906-46af-bc1a-00000000000{name}", ["name"] = name, ["resource_class"] = Plan, ["maintenance"] = broken,
        ["instance_uuid"] = null, ["power_state"] = SoldOut ? null : "power off", ["provision_state"] = "available",
        ["properties"] = new JsonObject(), ["network_data"] = new JsonObject(),
    };
}
