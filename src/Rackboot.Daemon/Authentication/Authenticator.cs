using System.Net;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Authentication;

/// <summary>Finds out who sends a request: the user at the other end of the management socket, the holder of a token, somebody whom the
/// OIDC issuer or a client certificate vouches for.</summary>
internal sealed class Authenticator(TokenBook tokens, Throttle throttle, OidcLogins? oidc, ClientCertificates? certificates)
{
    private const string Bearer = "Bearer ";

    /// <summary>Who it is.</summary>
    public async ValueTask<Verdict> WhoAsync(HttpContext http)
    {
        if (Caller.IsOnSocket(http))
            return new Verdict(Identity.OfSocket(http));
        var header = http.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return http.Connection.ClientCertificate is { } certificate && certificates?.Find(certificate) is { } known
                ? new Verdict(known) : Verdict.Stranger;
        var (shown, from) = (header[Bearer.Length..].Trim(), http.Connection.RemoteIpAddress ?? IPAddress.None);
        var isToken = TokenText.TryRead(shown, out var id, out var hash);
        if (throttle.Wait(from, id) is { } wait)
            return new Verdict(null, wait);
        if (isToken && tokens.Find(id!, hash!) is { } holder)
        {
            throttle.Succeeded(from, id!);
            return new Verdict(holder);
        }

        if (!isToken && oidc is not null && await oidc.FindAsync(shown).ConfigureAwait(false) is { } user)
            return new Verdict(user);
        throttle.Failed(from, id);
        return Verdict.Wrong;
    }

    /// <summary>What was found out.</summary>
    /// <param name="Identity">Null for strangers.</param>
    /// <param name="Wait">How long a stranger who failed too often is to wait.</param>
    /// <param name="Showed">Whether a stranger showed something, and it was wrong.</param>
    internal readonly record struct Verdict(Identity? Identity, TimeSpan? Wait = null, bool Showed = false)
    {
        public static readonly Verdict Stranger = new(null);
        public static readonly Verdict Wrong = new(null, Showed: true);
    }
}
