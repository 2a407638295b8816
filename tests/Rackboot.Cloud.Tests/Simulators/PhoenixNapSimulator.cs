using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>phoenixNAP's APIs as their specifications have them, with tokens that end.</summary>
internal sealed class PhoenixNapSimulator : SimulatedCloud
{
    private int _token;

    public override string Provider => "phoenixnap";
    public override string User => "client";
    public override string Plan => "s1.c1.small";
    public override string Location => "PHX";
    protected override string Root => "/";

    public override IReadOnlyDictionary<string, string> SettingsAt(string address) => new Dictionary<string, string>
    {
        ["endpoint"] = address, ["token"] = $"{address}/auth/realms/BMC/protocol/openid-connect/token",
    };

    public override bool IsCreate(SimulatedRequest request) => request.Line == "POST bmc/v1/servers";

    protected override bool IsAllowed(SimulatedRequest request) => request.Path[0] == "auth"
        ? request.Message.Headers.Authorization?.Scheme == "Basic"
        : request.Message.Headers.Authorization?.ToString() == $"Bearer token-{_token}";

    protected override SimulatedAnswer SoldOutAnswer => new(System.Net.HttpStatusCode.NotAcceptable, new JsonObject { ["message"] = "no "
        + "capacity" });

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("POST", ["auth", ..]) when request.Field("grant_type") == "client_credentials" =>
            SimulatedAnswer.Ok(new JsonObject { ["access_token"] = $"token-{++_token}", ["expires_in"] = 300 }),
        ("GET", ["billing", "v1", "products"]) => SimulatedAnswer.Ok(new JsonArray(new JsonObject
        {
            ["productCode"] = Plan, ["productCategory"] = "SERVER",
            ["plans"] = new JsonArray(new JsonObject { ["location"] = "PHX", ["pricingModel"] = "HOURLY", ["price"] = Hourly,
                ["priceUnit"] = "HOUR" }),
            ["metadata"] = new JsonObject { ["ramInGb"] = 16, ["cpu"] = "E-2276G", ["cpuCount"] = 1, ["coresPerCpu"] = 6,
                ["storage"] = "1x 960GB NVMe" },
        })),
        ("GET", ["billing", "v1", "product-availability"]) => SimulatedAnswer.Ok(new JsonArray(new JsonObject
        {
            ["productCode"] = Plan,
            ["locationAvailabilityDetails"] = new JsonArray(new JsonObject { ["location"] = "PHX", ["minQuantityAvailable"] = !SoldOut }),
        })),
        ("GET", ["bmc", "v1", "servers"]) => SimulatedAnswer.Ok(new JsonArray([.. Listed.Select(Write)])),
        ("POST", ["bmc", "v1", "servers"]) when (string?)request.Json["os"] == "ipxe" => SimulatedAnswer.Ok(Write(Make(
            (string)request.Json["hostname"]!, (string)request.Json["type"]!, (string)request.Json["location"]!,
                (string)request.Json["osConfiguration"]!["iPXE"]!["url"]!))),
        ("GET", ["bmc", "v1", "servers", var id]) when Find(id) is { } server => SimulatedAnswer.Ok(Write(server)),
        ("POST", ["bmc", "v1", "servers", var id, "actions", "deprovision"]) when Find(id) is { } server => Gone(server),
        ("POST", ["bmc", "v1", "servers", var id, "actions", var what]) when Find(id) is { } server => Switch(server, what),
        _ => SimulatedAnswer.NotFound,
    };

    private SimulatedAnswer Gone(SimulatedServer server)
    {
        Delete(server);
        return SimulatedAnswer.Accepted(new JsonObject { ["result"] = "deprovisioning" });
    }

    private static SimulatedAnswer Switch(SimulatedServer server, string what)
    {
        server.On = what is "power-on" or "reboot";
        return SimulatedAnswer.Accepted(new JsonObject { ["result"] = what });
    }

    private JsonObject Write(SimulatedServer server) => new()
    {
        ["id"] = server.Id, ["hostname"] = server.Name, ["status"] = !IsBuilt(server) ? "creating" : server.On ? "powered-on"
            : "powered-off",
        ["type"] = server.Plan, ["location"] = server.Location, ["publicIpAddresses"] = new JsonArray(server.Address),
            ["privateIpAddresses"] = new JsonArray(),
    };
}
