using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rackboot.Contracts;

namespace Rackboot.Cli.Tests;

/// <summary>An appliance on the network with a certificate of its own, which knows some tokens; and an OIDC issuer beside it.</summary>
internal sealed class FakeAppliance : IAsyncDisposable
{
    private readonly WebApplication _server;
    private readonly X509Certificate2 _certificate;

    private FakeAppliance(WebApplication server, X509Certificate2 certificate) => (_server, _certificate) = (server, certificate);

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("rb-login-").FullName;

    public string Url => _server.Urls.Single(u => u.StartsWith("https", StringComparison.Ordinal)).TrimEnd('/');

    public string Issuer => _server.Urls.Single(u => u.StartsWith("http:", StringComparison.Ordinal));

    public string Fingerprint => Contracts.Fingerprint.Of(_certificate);

    /// <summary>Who is whom, by what they show.</summary>
    public ConcurrentDictionary<string, string> Tokens { get; } = new() { ["good"] = "token:ci" };

    /// <summary>What the issuer answers at its token endpoint, one after the other.</summary>
    public ConcurrentQueue<object> Answers { get; } = new();

    public ConcurrentQueue<string> Asked { get; } = new();

    /// <summary>The environment of a program whose contexts are its own.</summary>
    public Dictionary<string, string> Environment => new()
    {
        ["RACKBOOT_CONFIG"] = Path.Combine(Directory, "contexts.json"), ["RACKBOOT_TOKEN"] = "", ["RACKBOOT_SOCKET"] = "",
    };

    public static async Task<FakeAppliance> StartAsync()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var certificate = new CertificateRequest("CN=an appliance", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        var appliance = new FakeAppliance(builder.Build(), certificate);
        appliance._server.Run(appliance.AnswerAsync);
        await appliance._server.StartAsync();
        return appliance;
    }

    public Task<Outcome> RunAsync(params string[] arguments) => RunAsync("", arguments);

    public Task<Outcome> RunAsync(string input, string[] arguments, params (string Name, string Value)[] more)
    {
        var environment = Environment;
        foreach (var (name, value) in more)
            environment[name] = value;
        return Shell.RunProgramAsync(Directory, input, environment, arguments);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private async Task AnswerAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!;
        if (!http.Request.IsHttps)
        {
            await IssueAsync(http, path);
            return;
        }

        if (path == ApiPaths.Login)
        {
            await http.Response.WriteAsJsonAsync(new LoginWays { Oidc = new(Issuer, "rackboot") }, Document.Json);
            return;
        }

        var shown = http.Request.Headers.Authorization.ToString().Replace("Bearer ", "", StringComparison.Ordinal);
        if (!Tokens.TryGetValue(shown, out var who))
        {
            http.Response.StatusCode = 401;
            await http.Response.WriteAsJsonAsync(new Problem { Status = 401, Detail = "no login, or one that is not good" }, Document.Json);
            return;
        }

        if (path == ApiPaths.WhoAmI)
            await http.Response.WriteAsJsonAsync(
                new WhoAmI { Name = who, Way = "token", Role = AccessRole.Operator, Scope = "rack=r1" }, Document.Json);
        else
            http.Response.StatusCode = 404;
    }

    private async Task IssueAsync(HttpContext http, string path)
    {
        using var reader = new StreamReader(http.Request.Body);
        Asked.Enqueue($"{path} {await reader.ReadToEndAsync()}".Trim());
        object answer = path switch
        {
            "/.well-known/openid-configuration" => new
            {
                issuer = Issuer, token_endpoint = $"{Issuer}/token", device_authorization_endpoint = $"{Issuer}/device",
            },
            "/device" => new
            {
                device_code = "d1", user_code = "ABCD-EFGH", verification_uri = "https://sso.example.com/device", interval = 0,
            },
            _ => Answers.TryDequeue(out var prepared) ? prepared : new { error = "expired_token" },
        };
        await http.Response.WriteAsJsonAsync(answer);
    }
}
