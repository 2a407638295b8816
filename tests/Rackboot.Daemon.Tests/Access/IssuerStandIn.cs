using System.Security.Cryptography;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Rackboot.Daemon.Tests.Access;

/// <summary>An OIDC issuer that does what a test says: signs tokens, rotates its keys, lies, goes down.</summary>
internal sealed class IssuerStandIn : IAsyncDisposable
{
    private readonly WebApplication _server;
    private ECDsaSecurityKey _key = Key("first");

    private IssuerStandIn(WebApplication server) => _server = server;

    public string Url => _server.Urls.Single();

    /// <summary>What it says that it is; null: what it is.</summary>
    public string? Says { get; set; }

    public bool IsDown { get; set; }

    /// <summary>How often its keys were asked for.</summary>
    public int Asked { get; private set; }

    public static async Task<IssuerStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var issuer = new IssuerStandIn(builder.Build());
        issuer._server.MapGet("/.well-known/openid-configuration", () => issuer.IsDown ? Results.StatusCode(503) : Results.Json(
            new { issuer = issuer.Says ?? issuer.Url, jwks_uri = $"{issuer.Url}/keys" }));
        issuer._server.MapGet("/keys", () =>
        {
            issuer.Asked++;
            var key = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(issuer._key);
            var published = new { kty = key.Kty, crv = key.Crv, x = key.X, y = key.Y, kid = issuer._key.KeyId, use = "sig" };
            return Results.Json(new { keys = new[] { published } });
        });
        await issuer._server.StartAsync();
        return issuer;
    }

    public void Rotate(string id) => _key = Key(id);

    /// <summary>A token of this issuer, with what a test wants to be different.</summary>
    public string Token(string user = "alice", string[]? groups = null, string audience = "rackboot", string? issuer = null,
        TimeSpan? lifetime = null, SigningCredentials? signed = null)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer ?? Url,
            Audience = audience,
            IssuedAt = now,
            Expires = now + (lifetime ?? TimeSpan.FromMinutes(10)),
            Claims = new Dictionary<string, object>
            {
                ["sub"] = "0001", ["preferred_username"] = user, ["groups"] = groups ?? ["everybody", "rack-admins"],
            },
            SigningCredentials = signed ?? new SigningCredentials(_key, SecurityAlgorithms.EcdsaSha256),
        });
    }

    /// <summary>A key that the issuer does not publish, under an id that it does.</summary>
    public static SigningCredentials Forged(string id) => new(Key(id), SecurityAlgorithms.EcdsaSha256);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private static ECDsaSecurityKey Key(string id) => new(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id };
}
