using Rackboot.Cloud.Http;

namespace Rackboot.Cloud.OpenStack;

/// <summary>A token of Keystone for an application credential, with the catalogue that says where the services are.</summary>
internal sealed class KeystoneToken(CloudAccess access, CloudTraits traits) : IDisposable
{
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(2);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CloudHttp _http = new(
        access, traits, new Uri(access.Needed("auth", traits).TrimEnd('/') + "/"), new CloudDialect { Sign = (_, _, _) =>
            ValueTask.CompletedTask });

    private Held? _held;

    private sealed record Held(string Token, DateTimeOffset Ends, Answer Catalogue);

    public CloudDialect Dialect(params (string Name, string Value)[] headers) => new()
    {
        Sign = async (request, _, cancel) =>
        {
            request.Headers.TryAddWithoutValidation("X-Auth-Token", (await GetAsync(cancel).ConfigureAwait(false)).Token);
            foreach (var (name, value) in headers)
                request.Headers.TryAddWithoutValidation(name, value);
        },
        Forget = () => Interlocked.Exchange(ref _held, null) is not null,
    };

    /// <summary>Where a service is, for the region that was asked for.</summary>
    public async Task<Uri> ServiceAsync(string type, CancellationToken cancel)
    {
        var region = access.Setting("region");
        var found = (await GetAsync(cancel).ConfigureAwait(false)).Catalogue.Items.Where(s => s["type"].Text == type).SelectMany(s =>
            s["endpoints"].Items)
            .FirstOrDefault(e => e["interface"].Text == "public" && (region is null || e.Any("region_id", "region").Text == region));
        return found["url"].Text is { } url && Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out var uri)
            ? uri
            : throw new CloudException(CloudFailure.Misconfigured, $"the catalogue of {traits.Title} has no "
                + $"{type}{(region is null ? "" : $" in region {region}")}; correct settings.region");
    }

    public void Dispose() => _http.Dispose();

    private async Task<Held> GetAsync(CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (_held is { } held && access.Time.GetUtcNow() < held.Ends)
                return held;
            var body = new KeystoneRequest(new KeystoneAuth(new KeystoneIdentity(["application_credential"],
                new KeystoneCredential(access.User, access.Secret()))));
            var (answer, token) = await _http.ReadHeaderAsync(
                HttpMethod.Post, "auth/tokens", CloudHttp.Json(body, OpenStackRequests.Default.KeystoneRequest), "X-Subject-Token",
                    cancel).ConfigureAwait(false);
            if (token is null)
                throw new CloudException(CloudFailure.WrongLogin, $"{traits.Title} gave no token for the login");
            var ends = DateTimeOffset.TryParse(answer["token"]["expires_at"].Text, out var at) ? at - Early : access.Time.GetUtcNow()
                + Early;
            return _held = new Held(token, ends, answer["token"]["catalog"]);
        }
        catch (CloudException e) when (e.MayHaveHappened)
        {
            // The request that needs the token was not sent.
            throw new CloudException(CloudFailure.Busy, $"cannot get a token: {e.Message}", e);
        }
        finally
        {
            _turn.Release();
        }
    }
}
