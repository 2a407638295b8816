using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>OVHcloud's API as its route table has it, with one rented server and a clock that goes wrong by an hour.</summary>
internal sealed class OvhSimulator : SimulatedCloud
{
    private const string Name = "ns1.example.eu";

    private static readonly TimeSpan Wrong = TimeSpan.FromHours(1);

    private string? _script;

    public OvhSimulator() => Make(Name, "RISE-1", "rbx8", null);

    public override string Provider => "ovh";
    public override string User => "AK";
    public override string Secret => "app-secret:consumer-key";
    public override string Plan => "24rise01";
    public override string Location => "rbx8";
    protected override string Root => "/1.0";

    private DateTimeOffset _console = DateTimeOffset.MaxValue;

    public bool HasBrowserConsole { get; init; } = true;
    public int Reboots { get; private set; }
    public bool Terminated { get; private set; }
    public bool Confirmed { get; private set; }

    public override bool IsCreate(SimulatedRequest request) => request.Path[0] == "order";

    protected override bool IsAllowed(SimulatedRequest request)
    {
        if (request.Path is ["auth", "time"])
            return true;
        var timestamp = long.Parse(request.Message.Headers.GetValues("X-Ovh-Timestamp").Single(), null);
        return Math.Abs(timestamp - (Time.GetUtcNow() + Wrong).ToUnixTimeSeconds()) < 60
            && request.Message.Headers.GetValues("X-Ovh-Signature").Single() == Cloud.Ovh.OvhSignature.Of(
                "app-secret", "consumer-key", request.Method.Method, request.Url.AbsoluteUri, request.Body, timestamp);
    }

    protected override SimulatedAnswer Answer(SimulatedRequest request) => (request.Method.Method, request.Path) switch
    {
        ("GET", ["auth", "time"]) => SimulatedAnswer.Ok(JsonValue.Create((Time.GetUtcNow() + Wrong).ToUnixTimeSeconds())),
        ("GET", ["dedicated", "server"]) => SimulatedAnswer.Ok(new JsonArray(Name)),
        ("GET", ["dedicated", "server", Name]) => SimulatedAnswer.Ok(new JsonObject
        {
            ["name"] = Name, ["reverse"] = Name, ["ip"] = "198.51.100.7", ["state"] = "ok", ["powerState"] = "poweron",
                ["datacenter"] = "rbx8",
            ["bootId"] = _script is null ? 1 : null, ["bootScript"] = _script,
        }),
        ("PUT", ["dedicated", "server", Name]) => Script((string?)request.Json["bootScript"]),
        ("POST", ["dedicated", "server", Name, "reboot"]) => Reboot(),
        ("GET", ["dedicated", "server", Name, "features", "ipmi"]) => SimulatedAnswer.Ok(new JsonObject
        {
            ["activated"] = true,
            ["supportedFeatures"] = new JsonObject { ["kvmipJnlp"] = true, ["kvmipHtml5URL"] = HasBrowserConsole },
        }),
        ("POST", ["dedicated", "server", Name, "features", "ipmi", "access"]) when (int?)request.Json["ttl"] == 15 => OpenConsole(),
        ("GET", ["dedicated", "server", Name, "features", "ipmi", "access"]) when Time.GetUtcNow() >= _console => SimulatedAnswer.Ok(
            new JsonObject { ["value"] = "https://console.example.net/kvm", ["expiration"] = "2026-11-21T12:15:00+01:00" }),
        ("POST", ["dedicated", "server", Name, "terminate"]) => Terminate(),
        ("POST", ["dedicated", "server", Name, "confirmTermination"]) when Terminated && (string?)request.Json["token"] == "by-mail" =>
            Confirm(),
        _ => new SimulatedAnswer(HttpStatusCode.NotFound, new JsonObject { ["class"] = "Client::NotFound",
            ["message"] = "This service does not exist" }),
    };

    private SimulatedAnswer Script(string? script)
    {
        _script = script;
        return SimulatedAnswer.Ok(null);
    }

    // A task opens it, in a while.
    private SimulatedAnswer OpenConsole()
    {
        _console = Time.GetUtcNow() + TimeSpan.FromSeconds(7);
        return SimulatedAnswer.Ok(new JsonObject { ["taskId"] = 2, ["status"] = "todo" });
    }

    private SimulatedAnswer Reboot()
    {
        Reboots++;
        return SimulatedAnswer.Ok(new JsonObject { ["taskId"] = 1, ["status"] = "todo" });
    }

    private SimulatedAnswer Confirm()
    {
        Confirmed = true;
        return SimulatedAnswer.Ok(JsonValue.Create("The termination was confirmed."));
    }

    private SimulatedAnswer Terminate()
    {
        Terminated = true;
        return SimulatedAnswer.Ok(JsonValue.Create("Your termination request has been sent by e-mail."));
    }
}
