using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Rackboot.Daemon.Configuration;

namespace Rackboot.Daemon.Authentication;

/// <summary>The keys of the OIDC issuer. They are fetched when they are first needed, every hour, and when a token names a key that is not
/// known. While the issuer is down, the keys that are known stay good for a day.</summary>
internal sealed class OidcIssuer(OidcSettings settings, HttpClient http, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromHours(1);
    private static readonly TimeSpan LongestAge = TimeSpan.FromHours(24);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private (OpenIdConnectConfiguration Is, DateTimeOffset At)? _known;
    private DateTimeOffset _tried = DateTimeOffset.MinValue;

    /// <summary>Why the keys cannot be fetched; null if they could.</summary>
    public string? Problem { get; private set; }

    /// <summary>The issuer's metadata; null if unavailable.</summary>
    /// <param name="newer">A token names a key that is not known.</param>
    public async ValueTask<OpenIdConnectConfiguration?> AskAsync(bool newer)
    {
        await _fetching.WaitAsync().ConfigureAwait(false);
        try
        {
            var now = time.GetUtcNow();
            if ((_known is not { } known || newer || now - known.At > Age) && now - _tried > BetweenTries)
                await FetchAsync(now).ConfigureAwait(false);
            return _known is { } usable && now - usable.At < LongestAge ? usable.Is : null;
        }
        finally
        {
            _fetching.Release();
        }
    }

    private async Task FetchAsync(DateTimeOffset now)
    {
        _tried = now;
        try
        {
            var documents = new HttpDocumentRetriever(http) { RequireHttps = !settings.Issuer.IsLoopback };
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            var name = settings.Issuer.ToString().TrimEnd('/');
            var told = await OpenIdConnectConfigurationRetriever.GetAsync(
                $"{name}/.well-known/openid-configuration", documents, limit.Token).ConfigureAwait(false);
            if (told.Issuer?.TrimEnd('/') != name)
                throw new InvalidDataException($"it says that it is {told.Issuer}");
            (_known, Problem) = ((told, now), null);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or InvalidDataException or ArgumentException
            or OperationCanceledException or HttpRequestException)
        {
            Problem = $"logins by OIDC may fail: {settings.Issuer} does not answer as an issuer does: {e.Message.Split('\n')[0]}; "
                + "tokens and the socket still let in";
        }
    }
}
