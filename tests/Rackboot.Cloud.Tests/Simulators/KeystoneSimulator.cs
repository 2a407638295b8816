using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Cloud.Tests.Simulators;

/// <summary>A private OpenStack: services behind one address, and Keystone, which gives an application credential a token.</summary>
internal abstract class KeystoneSimulator : SimulatedCloud
{
    private int _token;

    public override string User => "app-id";
    public override string Location => "default";
    public override IReadOnlyDictionary<string, string> Settings => SettingsAt("https://cloud.example.net");
    protected override string Root => "/";

    public override IReadOnlyDictionary<string, string> SettingsAt(string address) =>
        new Dictionary<string, string> { ["auth"] = $"{address}/identity/v3" };

    protected override bool IsAllowed(SimulatedRequest request) => request.Path[0] == "identity"
        ? (string?)request.Json["auth"]!["identity"]!["application_credential"]!["secret"] == Secret
        : request.Message.Headers.GetValues("X-Auth-Token").Single() == $"token-{_token}";

    protected SimulatedAnswer Token(SimulatedRequest request, params (string Service, string Path)[] catalog) =>
        new(HttpStatusCode.Created, new JsonObject
        {
            ["token"] = new JsonObject
            {
                ["expires_at"] = Time.GetUtcNow().AddMinutes(10).ToString("O"),
                ["catalog"] = new JsonArray([.. catalog.Select(s => new JsonObject
                {
                    ["type"] = s.Service,
                    ["endpoints"] = new JsonArray(new JsonObject
                    {
                        ["interface"] = "public", ["region_id"] = "one", ["url"] = new Uri(request.Url, $"/{s.Path}").ToString(),
                    }),
                })]),
            },
        }, $"X-Subject-Token: token-{++_token}");
}
