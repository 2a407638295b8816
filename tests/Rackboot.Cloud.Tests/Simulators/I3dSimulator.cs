using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>i3D.net's FlexMetal API as its OpenAPI document has it, with the list of one that its own client reads.</summary>
internal sealed class I3dSimulator : SimulatedCloud
{
    public override string Provider => "i3d";
    public override string Plan => "bm7.std.8";
    public override string Location => "EU: Rotterdam";
    public override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["sshKey"] = "ssh-ed25519 AAAA "
        + "rackboot" };
    protected override string Root => "/v3/flexMetal";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST servers";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.GetValues("PRIVATE-TOKEN").Single() == Secret;

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["location"]) => SimulatedAnswer.Ok(new JsonArray(new JsonObject { ["id"] = 6, ["name"] = Location,
            ["displayName"] = "Rotterdam", ["countryShortName"] = "NL" })),
        ("GET", ["location", "6", "instanceTypes"]) =>
            SimulatedAnswer.Ok(new JsonArray(new JsonObject { ["id"] = 3, ["name"] = Plan, ["cores"] = "8", ["memory"] = 64,
            ["storage"] = 480 })),
        ("GET", ["servers"]) => SimulatedAnswer.Ok(request.Message.Headers.GetValues("RANGED-DATA").Single().StartsWith("start=0,",
            StringComparison.Ordinal)
            ? new JsonArray([.. Listed.Select(Write)]) : new JsonArray()),
        ("POST", ["servers"]) => SimulatedAnswer.Ok(new JsonArray(Write(Make(
            (string)request.Json["name"]!, (string)request.Json["instanceType"]!, (string)request.Json["location"]!,
                (string)request.Json["os"]!["ipxeScriptUrl"]!)))),
        ("GET", ["servers", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(Write(server)),
        ("DELETE", ["servers", var id]) when Find(id) is { } server => Delete(server),
        _ => SimulatedAnswer.NotFound,
    };

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["uuid"] = server.Id, ["name"] = server.Name, ["status"] = IsBuilt(server) ? "delivered" : "provisioning", ["statusMessage"] = "",
        ["location"] = new JsonObject { ["id"] = 6, ["name"] = server.Location }, ["instanceType"] = new JsonObject
            { ["name"] = server.Plan },
        ["ipAddresses"] = new JsonArray(new JsonObject { ["ipAddress"] = server.Address }),
    };
}
