using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Hivelocity's API as its Swagger document has it.</summary>
internal sealed class HivelocitySimulator : SimulatedCloud
{
    public override string Provider => "hivelocity";
    public override string Plan => "525";
    public override string Location => "TPA1";
    protected override string Root => "/api/v2";

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST bare-metal-devices";

    protected override bool IsAllowed(SimulatedRequest request) => request.Message.Headers.GetValues("X-API-KEY").Single() == Secret;

    protected override string NewId(int number) => $"{7000 + number}";

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["inventory", "locations"]) =>
            SimulatedAnswer.Ok(new JsonArray(new JsonObject { ["id"] = 1, ["code"] = "TPA1", ["title"] = "Tampa" })),
        ("GET", ["inventory", "product"]) => SimulatedAnswer.Ok(new JsonArray(new JsonObject
        {
            ["product_id"] = 525, ["data_center"] = "TPA1", ["product_memory"] = "32GB", ["product_hourly_price"] = Hourly,
            ["hourly_location_premium"] = null, ["stock"] = SoldOut ? "unavailable" : "limited",
        })),
        ("GET", ["device"]) => SimulatedAnswer.Ok(new JsonArray([.. Listed.Select(Write)])),
        ("GET", ["device", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(Write(server)),
        ("POST", ["bare-metal-devices"]) => SimulatedAnswer.Created(Write(Make(
            (string)request.Json["hostname"]!, $"{request.Json["productId"]}", (string)request.Json["locationName"]!,
            (string?)request.Json["osName"] == "Custom iPXE" ? (string?)request.Json["customIPXEScriptContents"] : null))),
        ("POST", ["device", var id, "power"]) when Find(id) is { } server => Switch(server, request.Query["action"]),
        ("POST", ["device", var id, "ipmi", "whitelist"]) when Find(id) is not null => SimulatedAnswer.Accepted(new JsonObject()),
        ("GET", ["device", var id, "ipmi", "login-data"]) when Find(id) is not null =>
            SimulatedAnswer.Ok(new JsonObject { ["host"] = "10.2.2.2", ["username"] = "ADMIN", ["password"] = "p" }),
        ("DELETE", ["bare-metal-devices", var id]) when Find(id) is { } server => Delete(server),
        _ => SimulatedAnswer.NotFound,
    };

    private static SimulatedAnswer Switch(SimulatedServer server, string action)
    {
        server.On = action != "shutdown";
        return SimulatedAnswer.Accepted(new JsonObject());
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["deviceId"] = int.Parse(server.Id, null), ["hostname"] = server.Name, ["spsStatus"] = IsBuilt(server) ? "IN_USE" : "WAIT_FOR_PXE",
        ["powerStatus"] = server.On ? "ON" : "OFF", ["primaryIp"] = server.Address,
            ["location"] = new JsonObject { ["facilityCode"] = "TPA1" },
    };
}
