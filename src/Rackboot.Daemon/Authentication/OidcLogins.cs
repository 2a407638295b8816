using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Rackboot.Daemon.Authorization;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Authentication;

/// <summary>Logins with ID tokens of an OIDC issuer (OpenID Connect Core 1.0 §3.1.3.7).</summary>
internal sealed class OidcLogins(OidcSettings settings, OidcIssuer issuer, GroupRights groups, TimeProvider time)
{
    private const int LongestName = 100;

    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);

    // No symmetric ones: a holder of the client's secret could forge tokens. And never "none".
    private static readonly string[] Algorithms = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"];

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    /// <summary>Who the token is for; null if it is not good, or nobody's group gives rights.</summary>
    public async ValueTask<Identity?> FindAsync(string token)
    {
        var result = await ValidateAsync(token, newer: false).ConfigureAwait(false);
        if (result?.Exception is SecurityTokenSignatureKeyNotFoundException)
            result = await ValidateAsync(token, newer: true).ConfigureAwait(false);
        if (result is not { IsValid: true, SecurityToken: JsonWebToken valid }
            || groups.Of([.. valid.Claims.Where(c => c.Type == settings.GroupsClaim).Select(c => c.Value)]) is not { } rights)
            return null;
        var name = valid.Claims.FirstOrDefault(c => c.Type == settings.UserClaim)?.Value ?? valid.Subject;
        return string.IsNullOrEmpty(name) ? null
            : new Identity("oidc", new string([.. name.Take(LongestName).Select(c => char.IsControl(c) ? '?' : c)]), rights);
    }

    private async Task<TokenValidationResult?> ValidateAsync(string token, bool newer)
    {
        if (await issuer.AskAsync(newer).ConfigureAwait(false) is not { } known)
            return null;
        return await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = known.Issuer,
            ValidAudience = settings.Client,
            ValidAlgorithms = Algorithms,
            IssuerSigningKeys = known.SigningKeys,
            TryAllIssuerSigningKeys = false,
            RequireSignedTokens = true,
            RequireExpirationTime = true,
            LifetimeValidator = (begins, ends, _, _) => time.GetUtcNow().UtcDateTime is var now
                && ends is not null && ends > now - Skew && (begins is null || begins < now + Skew),
        }).ConfigureAwait(false);
    }
}
