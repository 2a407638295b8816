using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>Zenlayer's bare metal API as its SDK has it: actions in a header, two steps to give back.</summary>
internal sealed class ZenlayerSimulator : SimulatedCloud
{
    private readonly HashSet<string> _recycled = [];

    public override string Provider => "zenlayer";
    public override string User => "key-id";
    public override string Plan => "S8I";
    public override string Location => "FRA-A";
    protected override string Root => "/api/v2";

    public override bool IsCreate(SimulatedRequest request) => Action(request) == "CreateInstances";

    protected override bool IsAllowed(SimulatedRequest request)
    {
        var timestamp = long.Parse(request.Message.Headers.GetValues("x-zc-timestamp").Single(), null);
        return request.Message.Headers.GetValues("Authorization").Single() == Cloud.Zenlayer.ZenlayerSignature.Authorization(
            User, Secret, request.Url.Authority, timestamp, System.Text.Encoding.UTF8.GetBytes(request.Body));
    }

    protected override SimulatedAnswer Answer(SimulatedRequest request) => Action(request) switch
    {
        "DescribeZones" => Ok(new JsonObject
            { ["zoneSet"] = new JsonArray(new JsonObject { ["zoneId"] = Location, ["zoneName"] = "Frankfurt A",
            ["cityName"] = "Frankfurt" }) }),
        "DescribeInstanceTypes" =>
            Ok(new JsonObject { ["instanceTypes"] = new JsonArray(new JsonObject { ["instanceTypeId"] = Plan, ["cpuCoreCount"] = 8,
            ["memory"] = 64 }) }),
        "DescribeAvailableResources" => Ok(new JsonObject
        {
            ["availableResources"] = new JsonArray(new JsonObject { ["zoneId"] = Location, ["instanceTypeId"] = Plan,
                ["sellStatus"] = SoldOut ? "SOLD_OUT" : "SELL" }),
        }),
        "DescribeInstances" => Ok(new JsonObject
        {
            ["totalCount"] = 1,
            ["dataSet"] = new JsonArray([.. (request.Json["instanceIds"] is JsonArray ids ? Known.Where(s =>
                ids.Any(i => (string?)i == s.Id)) : Listed).Select(Write)]),
        }),
        "CreateInstances" => Ok(new JsonObject { ["orderNumber"] = "1", ["instanceIdSet"] = new JsonArray(Make(
            (string)request.Json["instanceName"]!, (string)request.Json["instanceTypeId"]!, (string)request.Json["zoneId"]!,
                (string)request.Json["ipxeUrl"]!).Id) }),
        "TerminateInstance" when Find((string)request.Json["instanceId"]!) is { } server =>
            Ok(new JsonObject { ["recycled"] = _recycled.Add(server.Id) }),
        "ReleaseInstances" when Find((string)request.Json["instanceIds"]![0]!) is { } server && _recycled.Contains(server.Id) =>
            Released(server),
        "StartInstances" or "StopInstances" or "RebootInstances" when Find((string)request.Json["instanceIds"]![0]!) is { } server =>
            Switch(server, Action(request) != "StopInstances"),
        _ => new SimulatedAnswer(System.Net.HttpStatusCode.NotFound,
            new JsonObject { ["requestId"] = "r", ["code"] = "INVALID_INSTANCE_NOT_FOUND", ["message"] = "no such instance" }),
    };

    private static string Action(SimulatedRequest request) => request.Message.Headers.GetValues("x-zc-action").Single();

    private static SimulatedAnswer Ok(JsonNode response) =>
        SimulatedAnswer.Ok(new JsonObject { ["requestId"] = "r", ["response"] = response });

    private SimulatedAnswer Released(SimulatedServer server)
    {
        Delete(server);
        return Ok(new JsonObject());
    }

    private static SimulatedAnswer Switch(SimulatedServer server, bool on)
    {
        server.On = on;
        return Ok(new JsonObject());
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["instanceId"] = server.Id, ["instanceName"] = server.Name, ["instanceTypeId"] = server.Plan, ["zoneId"] = server.Location,
        ["instanceStatus"] = _recycled.Contains(server.Id) ? "RECYCLE" : !IsBuilt(server) ? "INSTALLING" : server.On ? "RUNNING"
            : "STOPPED",
        ["publicIpAddresses"] = new JsonArray(server.Address),
    };
}
