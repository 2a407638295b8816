using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Rackboot.Http;

namespace Rackboot.Cloud.Http;

/// <summary>Requests to one provider: paced, signed, limited in time and size. What reads is tried again where that may help; what changes
/// something is
/// sent once.</summary>
internal sealed class CloudHttp : IDisposable
{
    private const int MostAnswerBytes = 16 * 1024 * 1024;
    private const int MostTries = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan MostAfter = TimeSpan.FromSeconds(90);

    private readonly CloudAccess _access;
    private readonly CloudTraits _traits;
    private readonly CloudDialect _dialect;
    private readonly Uri _root;
    private readonly HttpClient _http;
    private readonly CloudPace _reads;
    private readonly CloudPace _writes;

    /// <param name="root">What the paths are added to.</param>
    public CloudHttp(CloudAccess access, CloudTraits traits, Uri root, CloudDialect dialect)
    {
        (_access, _traits, _root, _dialect) = (access, traits, root, dialect);
        (_reads, _writes) = (new CloudPace(traits.ReadsPerMinute, access.Time), new CloudPace(traits.WritesPerMinute, access.Time));
        _http = new HttpClient(access.Handler ?? new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            ConnectCallback = OutboundConnection.OpenAsync,
            AutomaticDecompression = DecompressionMethods.All,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        }, disposeHandler: access.Handler is null)
        {
            MaxResponseContentBufferSize = MostAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Task<Answer> GetAsync(string path, CancellationToken cancel) => ReadAsync(HttpMethod.Get, path, null, cancel);

    /// <returns>Nothing where the provider knows no such thing.</returns>
    public async Task<Answer> FindAsync(string path, CancellationToken cancel)
    {
        try
        {
            return await GetAsync(path, cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NotFound)
        {
            return Answer.Nothing;
        }
    }

    /// <summary>Asks for something that only makes a list better. Nothing where the provider does not give it to this login.</summary>
    public Task<Answer> BesideAsync(string path, CancellationToken cancel) => BesideAsync(GetAsync(path, cancel));

    /// <summary>The answer to a question that only makes a list better; nothing where it is withheld from this login.</summary>
    public static async Task<Answer> BesideAsync(Task<Answer> asked)
    {
        try
        {
            return await asked.ConfigureAwait(false);
        }
        catch (CloudException e) when (IsWithheld(e))
        {
            return Answer.Nothing;
        }
    }

    /// <summary>Whether a provider answers, but not this question or not this login.</summary>
    public static bool IsWithheld(CloudException e) =>
        e.Failure is CloudFailure.NotFound or CloudFailure.Forbidden or CloudFailure.Rejected or CloudFailure.BadAnswer;

    /// <summary>Asks something that changes nothing, again if that may help.</summary>
    public async Task<Answer> ReadAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        var body = await BodyAsync(content, cancel).ConfigureAwait(false);
        for (var tries = 1; ; tries++)
            try
            {
                await _reads.TurnAsync(cancel).ConfigureAwait(false);
                return await SendAsync(method, path, content?.Headers, body, cancel).ConfigureAwait(false);
            }
            catch (CloudException e) when (tries < MostTries
                && (e.Failure is CloudFailure.NoAnswer or CloudFailure.Broken or CloudFailure.Busy))
            {
                var wait = e.After ?? TimeSpan.FromSeconds(1 << tries);
                await Task.Delay(wait < MostAfter ? wait : MostAfter, _access.Time, cancel).ConfigureAwait(false);
            }
            catch (CloudException e) when (tries == 1 && e.Failure == CloudFailure.WrongLogin && _dialect.Forget())
            {
                // A token ended before its time.
            }
    }

    /// <summary>Asks for a change, once.</summary>
    public async Task<Answer> ChangeAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        var body = await BodyAsync(content, cancel).ConfigureAwait(false);
        await _writes.TurnAsync(cancel).ConfigureAwait(false);
        try
        {
            return await SendAsync(method, path, content?.Headers, body, cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.WrongLogin && _dialect.Forget())
        {
            // A request with a refused token was not carried out.
            return await SendAsync(method, path, content?.Headers, body, cancel).ConfigureAwait(false);
        }
    }

    public Task<Answer> PostAsync(string path, HttpContent? content, CancellationToken cancel) =>
        ChangeAsync(HttpMethod.Post, path, content, cancel);

    /// <summary>Deletes something; that it is not there is as good.</summary>
    public async Task DeleteAsync(string path, CancellationToken cancel)
    {
        try
        {
            await ChangeAsync(HttpMethod.Delete, path, null, cancel).ConfigureAwait(false);
        }
        catch (CloudException e) when (e.Failure == CloudFailure.NotFound)
        {
            // Somebody was quicker.
        }
    }

    /// <summary>Asks for something that is in a header of the answer.</summary>
    public async Task<(Answer Answer, string? Header)> ReadHeaderAsync(HttpMethod method, string path, HttpContent content, string header,
        CancellationToken cancel)
    {
        var body = await BodyAsync(content, cancel).ConfigureAwait(false);
        await _reads.TurnAsync(cancel).ConfigureAwait(false);
        string? value = null;
        var answer = await SendAsync(method, path, content.Headers, body, cancel,
            response => value = response.Headers.TryGetValues(header, out var values) ? values.FirstOrDefault()
                : null).ConfigureAwait(false);
        return (answer, value);
    }

    public static HttpContent Json<T>(T body, JsonTypeInfo<T> type, string media = "application/json")
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue(media);
        return content;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<byte[]> BodyAsync(HttpContent? content, CancellationToken cancel) =>
        content is null ? [] : await content.ReadAsByteArrayAsync(cancel).ConfigureAwait(false);

    private async Task<Answer> SendAsync(HttpMethod method, string path, HttpContentHeaders? headers, byte[] body, CancellationToken cancel,
        Action<HttpResponseMessage>? look = null)
    {
        using var limit = new CancellationTokenSource(Patience, _access.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        // A body goes out with its headers, and the handler never sends a request again of which it went out: nothing is bought twice down
        // there.
        using var request = new HttpRequestMessage(method, new Uri(_root, path)) { Content = headers is null ? null
            : new ByteArrayContent(body) };
        foreach (var (name, values) in headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>())
            request.Content!.Headers.TryAddWithoutValidation(name, values);
        request.Headers.UserAgent.ParseAdd("rackboot");
        try
        {
            await _dialect.Sign(request, body, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw Fail(CloudFailure.Busy, $"gave no token within {Patience.TotalSeconds:0} s; the request was not sent", e);
        }

        HttpStatusCode status;
        TimeSpan? after;
        byte[] bytes;
        try
        {
            using var response = await _http.SendAsync(request, either.Token).ConfigureAwait(false);
            (status, after) = (response.StatusCode, After(response));
            look?.Invoke(response);
            bytes = await response.Content.ReadAsByteArrayAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw Fail(CloudFailure.NoAnswer, $"did not answer within {Patience.TotalSeconds:0} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Fail(CloudFailure.NoAnswer, $"cannot be reached: {e.InnerException?.Message ?? e.Message}", e);
        }

        return Judge(method, status, after, bytes);
    }

    private Answer Judge(HttpMethod method, HttpStatusCode status, TimeSpan? after, byte[] bytes)
    {
        var understood = Answer.TryParse(bytes, out var answer);
        if ((int)status is >= 200 and < 300 && !_dialect.IsError(answer))
            return understood || bytes.Length == 0 || method == HttpMethod.Delete ? answer
                : throw Fail(CloudFailure.BadAnswer, "sent an answer that is not JSON");
        var failure = CloudErrors.Code(answer) is { } code && _dialect.Codes.TryGetValue(code, out var known) ? known
            : _dialect.Statuses.TryGetValue(status, out var meant) ? meant
            : (int)status is >= 200 and < 300 ? CloudFailure.Rejected
            : CloudErrors.Of(status);
        var said = CloudErrors.Say(answer);
        throw new CloudException(failure, Hide($"{_traits.Title} {Words(failure)} "
            + $"({(int)status}{(said.Length > 0 ? $": {said}" : "")}){Remedy(failure)}")) { After = after };
    }

    private TimeSpan? After(HttpResponseMessage response) =>
        response.Headers.RetryAfter is { } after ? after.Delta ?? (after.Date is { } date ? date - _access.Time.GetUtcNow() : null) : null;

    private CloudException Fail(CloudFailure failure, string what, Exception? inner = null) =>
        new(failure, Hide($"{_traits.Title} {what}"), inner);

    // Some repeat what they were sent.
    private string Hide(string text) => _access.Secret() is { Length: >= 4 } secret ? text.Replace(secret, "***", StringComparison.Ordinal)
        : text;

    private static string Words(CloudFailure failure) => failure switch
    {
        CloudFailure.WrongLogin => "refuses the login",
        CloudFailure.Forbidden => "does not allow this for the login",
        CloudFailure.NotFound => "does not find it",
        CloudFailure.SoldOut => "has none left",
        CloudFailure.Quota => "refuses more for this account",
        CloudFailure.Busy => "got too many requests",
        CloudFailure.WrongState => "cannot do this now",
        CloudFailure.Broken or CloudFailure.NoAnswer => "has an internal problem",
        _ => "refuses the request",
    };

    private static string Remedy(CloudFailure failure) => failure switch
    {
        CloudFailure.WrongLogin => "; correct its credential: rackboot apply",
        CloudFailure.Forbidden => "; docs/clouds.md lists the rights the login needs",
        CloudFailure.Quota => "; ask the provider for a higher quota",
        _ => "",
    };
}
