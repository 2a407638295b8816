using System.Net.Http.Headers;
using System.Text;

namespace Rackboot.Cloud.Http;

/// <summary>OAuth 2.0 client credentials (RFC 6749 §4.4): a token for a while, got with id and secret, and renewed before it
/// ends.</summary>
internal sealed class ClientToken(CloudAccess access, CloudTraits traits, Uri at, string? scope) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Usual = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CloudHttp _http = new(access, traits, at, new CloudDialect
    {
        Sign = (request, _, _) =>
        {
            var login = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{access.User}:{access.Secret()}"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", login);
            return ValueTask.CompletedTask;
        },
    });

    private (string Token, DateTimeOffset Ends)? _held;

    public CloudDialect Dialect => new() { Sign = SignAsync, Forget = Forget };

    public void Dispose() => _http.Dispose();

    private async ValueTask SignAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body, CancellationToken cancel) =>
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await GetAsync(cancel).ConfigureAwait(false));

    private bool Forget()
    {
        var had = _held is not null;
        _held = null;
        return had;
    }

    private async Task<string> GetAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_held is { } held && access.Time.GetUtcNow() < held.Ends)
                return held.Token;
            var form = new FormUrlEncodedContent(scope is null
                ? [KeyValuePair.Create("grant_type", "client_credentials")]
                : [KeyValuePair.Create("grant_type", "client_credentials"), KeyValuePair.Create("scope", scope)]);
            // Nothing of a request for a token may be taken for a request that it was wanted for.
            var answer = await _http.ReadAsync(HttpMethod.Post, "", form, cancel).ConfigureAwait(false);
            if (answer["access_token"].Text is not { Length: > 0 } token || token.Any(c => c is < '!' or > '~'))
                throw new CloudException(CloudFailure.WrongLogin, $"{traits.Title} gave no token for the login; correct its credential: "
                    + $"rackboot apply");
            var lasts = answer["expires_in"].Number is { } seconds && seconds > 60 ? TimeSpan.FromSeconds((double)seconds) - Early : Usual;
            _held = (token, access.Time.GetUtcNow() + lasts);
            return token;
        }
        catch (CloudException e) when (e.MayHaveHappened)
        {
            // The request that needs the token was not sent.
            throw new CloudException(CloudFailure.Busy, $"cannot get a token: {e.Message}", e);
        }
        catch (CloudException e) when (e.Failure is CloudFailure.Rejected)
        {
            throw new CloudException(CloudFailure.WrongLogin, e.Message, e);
        }
        finally
        {
            _turn.Release();
        }
    }
}
