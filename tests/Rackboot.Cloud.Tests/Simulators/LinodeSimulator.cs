using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Linode's API as its OpenAPI document has it.</summary>
internal sealed class LinodeSimulator : SimulatedCloud
{
    private readonly HashSet<string> _own = [];
    private readonly HashSet<string> _booted = [];
    private readonly Dictionary<string, (string Label, DateTimeOffset Made, DateTimeOffset? Uploaded)> _images = [];

    public override string Provider => "linode";
    public override string Plan => "g6-standard-2";
    public override string Location => "eu-central";
    protected override string Root => "/v4";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST linode/instances";

    /// <summary>Hosts of images, where nobody logs in.</summary>
    private static bool IsStore(SimulatedRequest request) => request.Path[0] is "image" or "upload";

    protected override bool IsAllowed(SimulatedRequest request) =>
        IsStore(request) || request.Message.Headers.Authorization?.ToString() == $"Bearer {Secret}";

    protected override string NewId(int number) => $"{12300 + number}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", _) when IsStore(request) => SimulatedAnswer.Ok(new JsonObject { ["talos"] = request.Url.AbsolutePath }),
        ("PUT", ["upload", var id]) when request.Body.Contains("talos", StringComparison.Ordinal) => Upload(id),
        ("GET", ["profile"]) => SimulatedAnswer.Ok(new JsonObject { ["username"] = "operator", ["lish_auth_method"] = "keys_only" }),
        ("GET", ["images"]) => List(_images.Select(i => WriteImage(i.Key))),
        ("POST", ["images", "upload"]) => Announce(request),
        ("DELETE", ["images", var id]) => _images.Remove(id) ? SimulatedAnswer.Ok(new JsonObject()) : SimulatedAnswer.NotFound,
        ("GET", ["regions"]) => List([new JsonObject { ["id"] = Location, ["label"] = "Frankfurt, DE", ["status"] = "ok" }]),
        ("GET", ["regions", "availability"]) =>
            SimulatedAnswer.Ok(new JsonArray(new JsonObject { ["region"] = Location, ["plan"] = Plan, ["available"] = !SoldOut })),
        ("GET", ["linode", "types"]) => List([new JsonObject
        {
            ["id"] = Plan, ["label"] = "Linode 4GB", ["vcpus"] = 2, ["memory"] = 4096, ["disk"] = 81920, ["gpus"] = 0,
            ["price"] = new JsonObject { ["hourly"] = Hourly, ["monthly"] = Hourly * 700 }, ["region_prices"] = new JsonArray(),
        }]),
        ("GET", ["linode", "instances"]) => List(Listed.Select(Write)),
        ("POST", ["linode", "instances"]) when (bool?)request.Json["booted"] is false
            && IsTakenIn((string)request.Json["image"]!) => SimulatedAnswer.Ok(Write(Make(
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

    private bool IsTakenIn(string image) => _images.TryGetValue(image, out var known)
        && known.Uploaded is { } at && Time.GetUtcNow() - at >= ImageTime;

    private SimulatedAnswer Announce(SimulatedRequest request)
    {
        var id = $"private/{15 + _images.Count + Servers.Count}";
        _images[id] = ((string)request.Json["label"]!, Time.GetUtcNow(), null);
        return SimulatedAnswer.Ok(new JsonObject
        {
            ["upload_to"] = new Uri(request.Url, $"/upload/{Uri.EscapeDataString(id)}?Signature=x").ToString(), ["image"] = WriteImage(id),
        });
    }

    private SimulatedAnswer Upload(string id)
    {
        if (RejectsImages || !_images.TryGetValue(id, out var image))
            return SimulatedAnswer.NotFound;
        _images[id] = image with { Uploaded = Time.GetUtcNow() };
        return SimulatedAnswer.Ok(null);
    }

    private JsonObject WriteImage(string id) => new()
    {
        ["id"] = id, ["label"] = _images[id].Label, ["is_public"] = false,
        ["created"] = _images[id].Made.ToString("yyyy-MM-ddTHH:mm:ss", System.Globalization.CultureInfo.InvariantCulture),
        ["status"] = IsTakenIn(id) ? "available" : _images[id].Uploaded is null ? "pending_upload" : "creating",
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
