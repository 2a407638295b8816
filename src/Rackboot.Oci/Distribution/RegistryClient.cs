using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Rackboot.Transfer;

namespace Rackboot.Oci.Distribution;

/// <summary>Pulls from one registry (distribution-spec, "Pulling"), with its tokens.</summary>
/// <param name="registry">As images name it, <c>registry.k8s.io</c>.</param>
/// <param name="endpoint">Where it is asked: <see cref="Endpoint"/> of its name, or a mirror of it.</param>
public sealed class RegistryClient(HttpClient http, string registry, Uri endpoint, RegistryLogin? login = null)
{
    private const int MostAttempts = 4;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _authorizations = new();
    private readonly Uri _base = endpoint.AbsoluteUri.EndsWith('/') ? endpoint : new Uri(endpoint.AbsoluteUri + "/");

    public string Registry => registry;

    /// <summary>Where the registry <paramref name="name"/> is.</summary>
    public static Uri Endpoint(string name) => new(name == ImageReference.DockerHub ? "https://registry-1.docker.io" : $"https://{name}");

    /// <summary>Gets a manifest, checked against its digest.</summary>
    /// <param name="target">A tag or a digest.</param>
    /// <exception cref="TransferException">It is not available.</exception>
    public async Task<FetchedManifest> GetManifestAsync(string repository, string target, CancellationToken cancel)
    {
        var title = $"{registry}/{repository}{(target.StartsWith("sha256:", StringComparison.Ordinal) ? "@" : ":")}{target}";
        for (var attempt = 1; ; attempt++)
            try
            {
                return await TryGetManifestAsync(title, repository, target, cancel).ConfigureAwait(false);
            }
            catch (TransferException e) when (e.Failure is TransferFailure.Unreachable or TransferFailure.ServerFault
                && attempt < MostAttempts)
            {
                await Task.Delay(TimeSpan.FromSeconds(1 << attempt), cancel).ConfigureAwait(false);
            }
    }

    /// <summary>A blob, for a <see cref="FileTransfer"/>.</summary>
    public RemoteFile Blob(string repository, OciDescriptor blob) =>
        new($"{registry}/{repository} {blob.Digest}", _ => Task.FromResult(Request(HttpMethod.Get, repository, $"blobs/{blob.Digest}")))
        {
            Sha256 = blob.Digest.Hex,
            Bytes = blob.Size,
            Challenged = (response, cancel) => AuthorizeAsync(repository, response, cancel),
            Remedy = Remedy,
        };

    private async Task<FetchedManifest> TryGetManifestAsync(string title, string repository, string target, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(AnswerWithin);
        try
        {
            using var response = await SendManifestAsync(repository, target, limit.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
                throw Refused(title, (int)response.StatusCode, response.ReasonPhrase);
            await response.Content.LoadIntoBufferAsync(OciManifest.MostBytes, limit.Token).ConfigureAwait(false);
            var bytes = await response.Content.ReadAsByteArrayAsync(limit.Token).ConfigureAwait(false);
            var digest = OciDigest.Of(bytes);
            if (OciDigest.TryParse(target, out var wanted) && wanted != digest)
                throw new TransferException(TransferFailure.WrongContent, $"{title}: the registry sent a different manifest, {digest}");
            if (!OciManifest.TryParse(bytes, response.Content.Headers.ContentType?.MediaType, out var manifest, out var error))
                throw new TransferException(TransferFailure.WrongContent, $"{title}: the registry did not send a manifest: {error}");
            return new FetchedManifest(digest, manifest, bytes);
        }
        catch (HttpRequestException e)
        {
            throw new TransferException(TransferFailure.Unreachable,
                $"{title}: {registry} is not reachable: {e.InnerException?.Message ?? e.Message}", e);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new TransferException(TransferFailure.Unreachable,
                $"{title}: {registry} did not answer within {AnswerWithin.TotalSeconds:0} seconds");
        }
    }

    private async Task<HttpResponseMessage> SendManifestAsync(string repository, string target, CancellationToken cancel)
    {
        for (var again = false; ; again = true)
        {
            using var request = Request(HttpMethod.Get, repository, $"manifests/{target}");
            foreach (var type in OciMediaType.Manifests)
                request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(type));
            var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            if (again || !await AuthorizeAsync(repository, response, cancel).ConfigureAwait(false))
                return response;
            response.Dispose();
        }
    }

    private HttpRequestMessage Request(HttpMethod method, string repository, string rest)
    {
        var request = new HttpRequestMessage(method, new Uri(_base, $"v2/{repository}/{rest}"));
        request.Headers.Authorization = _authorizations.GetValueOrDefault(repository);
        return request;
    }

    // Whether there is something new to ask with.
    private async Task<bool> AuthorizeAsync(string repository, HttpResponseMessage response, CancellationToken cancel)
    {
        if (response.StatusCode != HttpStatusCode.Unauthorized
            || !RegistryChallenge.TryRead(response.Headers.WwwAuthenticate, out var challenge))
            return false;
        if (challenge.Scheme == "basic")
        {
            if (login is null || _authorizations.ContainsKey(repository))
                return false;
            _authorizations[repository] = Basic(login);
            return true;
        }

        if (await TokenAsync(repository, challenge, cancel).ConfigureAwait(false) is not { } token)
            return false;
        _authorizations[repository] = new AuthenticationHeaderValue("Bearer", token);
        return true;
    }

    private async Task<string?> TokenAsync(string repository, RegistryChallenge challenge, CancellationToken cancel)
    {
        if (!Uri.TryCreate(challenge.Realm, UriKind.Absolute, out var realm) || realm.Scheme is not ("https" or "http")
            || (realm.Scheme == "http" && _base.Scheme == "https"))
            throw new TransferException(TransferFailure.Refused,
                $"{registry} sends to \"{challenge.Realm}\" for a token, which is not a safe address");
        var scope = challenge.Scope.Length > 0 ? challenge.Scope : $"repository:{repository}:pull";
        var query = $"service={Uri.EscapeDataString(challenge.Service)}&scope={Uri.EscapeDataString(scope)}";
        using var request = new HttpRequestMessage(HttpMethod.Get,
            new UriBuilder(realm) { Query = realm.Query.Length > 1 ? $"{realm.Query[1..]}&{query}" : query }.Uri);
        if (login is not null)
            request.Headers.Authorization = Basic(login);
        using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refused($"a token for {registry}/{repository}", (int)response.StatusCode, response.ReasonPhrase);
        await response.Content.LoadIntoBufferAsync(1024 * 1024, cancel).ConfigureAwait(false);
        try
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsStreamAsync(cancel).ConfigureAwait(false));
            return json.RootElement.TryGetProperty("token", out var token) || json.RootElement.TryGetProperty("access_token", out token)
                ? token.GetString() : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private TransferException Refused(string title, int status, string? reason)
    {
        var remedy = Remedy(status);
        return new TransferException(
            status switch { 404 => TransferFailure.NotFound, 429 or >= 500 => TransferFailure.ServerFault, _ => TransferFailure.Refused },
            $"{title}: {registry} answered {status} {reason}{(remedy is null ? "" : "; " + remedy)}");
    }

    private static string? Remedy(int status) => status switch
    {
        401 or 403 => "it is private or does not exist; log in with docker login or skopeo login, and give the file with these logins",
        404 => "the image does not exist; check its name and tag",
        429 => "too many requests from this address; log in, or wait",
        _ => null,
    };

    private static AuthenticationHeaderValue Basic(RegistryLogin login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password}")));
}
