using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>
/// Asks one service: logs in when needed, waits while it is busy, follows its own redirects, writes with the ETag it wants. The
/// operations stand on this and know nothing of HTTP.
/// </summary>
internal sealed class RedfishConnection : IAsyncDisposable
{
    private const int MostRedirects = 3;

    private readonly RedfishOptions _options;
    private readonly RedfishWire _wire;
    private readonly RedfishLogin _login;
    private readonly SemaphoreSlim _turns;
    private readonly HashSet<string> _secrets = [];

    public RedfishConnection(RedfishOptions options, TimeProvider time)
    {
        (_options, Time) = (options, time);
        _wire = new RedfishWire(options, time);
        _login = new RedfishLogin(options, _wire);
        _turns = new SemaphoreSlim(options.MaxConnections);
        KeepSecret(options.Credential);
    }

    public TimeProvider Time { get; }

    public RedfishOptions Options => _options;

    public string Host => _wire.Host;

    public RedfishLogin Login => _login;

    /// <summary>What this vendor does otherwise; known once the service root was read.</summary>
    public VendorQuirks Quirks { get; private set; } = VendorQuirks.Standard;

    public void Learn(VendorQuirks quirks, string? sessionsPath)
    {
        Quirks = quirks;
        _login.Learn(sessionsPath, quirks.SessionsFullMessages);
    }

    /// <summary>A password never to be shown, even if the service repeats it in a message, in whichever form it was sent.</summary>
    public void KeepSecret(RedfishCredential credential)
    {
        var password = credential.Password;
        string[] forms =
        [
            password, JsonEncodedText.Encode(password).ToString(), Uri.EscapeDataString(password),
            Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.UserName}:{password}")),
        ];
        lock (_secrets)
            _secrets.UnionWith(forms.Where(f => f.Length > 0));
    }

    /// <summary>A resource that must be there.</summary>
    public async Task<RedfishAnswer> GetAsync(string path, CancellationToken cancellation)
    {
        var answer =
            Accept(await SendAsync(new RedfishRequest(HttpMethod.Get, path), cancellation).ConfigureAwait(false), HttpMethod.Get, path);
        return answer.Body.ValueKind == JsonValueKind.Object
            ? answer
            : throw Error(RedfishFailure.BadAnswer, $"{path} has no content; try again, then restart the BMC if this persists");
    }

    /// <summary>A resource, or null if the service does not have it.</summary>
    public async Task<RedfishAnswer?> FindAsync(string? path, CancellationToken cancellation)
    {
        if (path is null)
            return null;
        var answer = await SendAsync(new RedfishRequest(HttpMethod.Get, path), cancellation).ConfigureAwait(false);
        if (answer.IsMissing || (answer.Succeeded && answer.Body.ValueKind != JsonValueKind.Object))
            return null;
        return Accept(answer, HttpMethod.Get, path);
    }

    /// <summary>POST. The answer may be any; see <see cref="Accept"/>.</summary>
    public Task<RedfishAnswer> PostAsync(string path, JsonObject body, CancellationToken cancellation) =>
        SendAsync(new RedfishRequest(HttpMethod.Post, path) { Body = body }, cancellation);

    /// <summary>POST that must succeed.</summary>
    public async Task<RedfishAnswer> ActAsync(string path, JsonObject body, CancellationToken cancellation) =>
        Accept(await PostAsync(path, body, cancellation).ConfigureAwait(false), HttpMethod.Post, path);

    /// <summary>PATCH that must succeed; see <see cref="PatchAsync"/>.</summary>
    public async Task<RedfishAnswer> ChangeAsync(string path, JsonObject body, string? etag, CancellationToken cancellation) =>
        Accept(await PatchAsync(path, body, etag, cancellation).ConfigureAwait(false), HttpMethod.Patch, path);

    /// <summary>
    /// PATCH with the resource's ETag. Which form of it a service takes differs (RFC 9110 §13.1.1 asks for a strong one, many give a weak
    /// one): what it refuses with 412 or 428 is sent again in the next form.
    /// </summary>
    public async Task<RedfishAnswer> PatchAsync(string path, JsonObject body, string? etag, CancellationToken cancellation)
    {
        var request = new RedfishRequest(HttpMethod.Patch, path) { Body = body, IfMatch = Quirks.FirstIfMatch(etag) };
        var answer = await SendAsync(request, cancellation).ConfigureAwait(false);
        if (!WantsAnotherETag(answer))
            return answer;
        etag = (await SendAsync(new RedfishRequest(HttpMethod.Get, path), cancellation).ConfigureAwait(false)).ETag;
        foreach (var form in VendorQuirks.IfMatchForms(etag))
        {
            answer = await SendAsync(request with { IfMatch = form }, cancellation).ConfigureAwait(false);
            if (!WantsAnotherETag(answer))
                break;
        }

        return answer;
    }

    /// <summary>The answer, if it is a success.</summary>
    /// <exception cref="RedfishException">It is not; the message holds what the service said.</exception>
    public RedfishAnswer Accept(RedfishAnswer answer, HttpMethod method, string path) =>
        answer.Succeeded ? answer : throw Refusal(answer, $"{method} {path}");

    /// <summary>An error that begins with the host and holds no secret.</summary>
    public RedfishException Error(RedfishFailure failure, string message, Exception? inner = null) =>
        _wire.Error(failure, Scrub(message), inner);

    public RedfishException Refusal(RedfishAnswer answer, string what)
    {
        var said = Quote(answer);
        var (failure, next) = answer.Status switch
        {
            HttpStatusCode.Unauthorized => (RedfishFailure.WrongCredential, "check the account in the BMC"),
            HttpStatusCode.Forbidden => (RedfishFailure.InsufficientPrivilege, PrivilegeAdvice(answer)),
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.NotImplemented or HttpStatusCode.Gone =>
                (RedfishFailure.NotSupported, "this BMC or its licence does not support it; update its firmware, or use another way"),
            HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests => (RedfishFailure.Busy, "wait and try again"),
            HttpStatusCode.PreconditionFailed or HttpStatusCode.PreconditionRequired =>
                (RedfishFailure.Refused, "it accepts no form of the resource's ETag, or another client is changing it; try again"),
            >= HttpStatusCode.InternalServerError =>
                (RedfishFailure.Refused, "an internal error of the BMC; try again, then restart the BMC if this persists"),
            _ => (RedfishFailure.Refused, "see the BMC's log for the reason"),
        };
        return Error(failure, $"{what} was refused ({answer}){said}; {next}");
    }

    /// <summary>Sends, logging in first. Any status may come back but 401, a redirect, and a busy one within the time allowed.</summary>
    public async Task<RedfishAnswer> SendAsync(RedfishRequest request, CancellationToken cancellation)
    {
        var patience = new Patience(Time, _options.BusyLimit);
        var loggedInAgain = false;
        for (var redirects = 0; ;)
        {
            if (!request.Anonymous)
                await _login.EnsureAsync(r => SendAsync(r, cancellation), cancellation).ConfigureAwait(false);
            var token = _login.Token;
            var answer = await ExchangeAsync(request, cancellation).ConfigureAwait(false);
            if (answer.Status == HttpStatusCode.Unauthorized && !request.Anonymous)
            {
                if (_login.UsesBasic)
                    throw _login.WrongPassword();
                if (loggedInAgain)
                    throw Refusal(answer, $"{request.Method} {request.Path} with a new session");
                loggedInAgain = true;
                _login.Forget(token);
            }
            else if (IsBusy(answer))
            {
                if (!await patience.WaitAsync(answer.RetryAfter, cancellation).ConfigureAwait(false))
                    throw Error(
                        RedfishFailure.Busy,
                        $"busy or starting for more than {_options.BusyLimit.TotalSeconds:0} s ({answer}){Quote(answer)}; "
                        + "wait, then restart the BMC if this persists");
            }
            else if ((int)answer.Status is >= 300 and < 400 && answer.Location is { } location)
                request = request with { Path = Redirected(request, location, redirects++) };
            else
                return answer;
        }
    }

    /// <summary>Looks again until what was written shows, within <see cref="RedfishOptions.SettleLimit"/>.</summary>
    /// <param name="otherwise">What to say of what shows instead.</param>
    public async Task<T> UntilShownAsync<T>(
        Func<Task<T>> look, Func<T, bool> isThere, Func<T, string> otherwise, CancellationToken cancellation)
    {
        var start = Time.GetTimestamp();
        for (; ; )
        {
            var shown = await look().ConfigureAwait(false);
            if (isThere(shown))
                return shown;
            if (Time.GetElapsedTime(start) >= _options.SettleLimit)
                throw Error(
                    RedfishFailure.Refused, $"the BMC agreed, but after {_options.SettleLimit.TotalSeconds:0} s {otherwise(shown)}");
            await Task.Delay(_options.PollInterval, Time, cancellation).ConfigureAwait(false);
        }
    }

    public Task<HttpResponseMessage> OpenStreamAsync(string path, CancellationToken cancellation) =>
        _wire.OpenAsync(new RedfishRequest(HttpMethod.Get, path), _login.Authorize, cancellation);

    public string Scrub(string text)
    {
        lock (_secrets)
            foreach (var secret in _secrets.OrderByDescending(s => s.Length))
                text = text.Replace(secret, "***", StringComparison.Ordinal);
        if (_login.Token is { Length: > 0 } token)
            text = text.Replace(token, "***", StringComparison.Ordinal);
        return text;
    }

    public async ValueTask DisposeAsync()
    {
        await _login.LogOutAsync(CancellationToken.None).ConfigureAwait(false);
        _wire.Dispose();
    }

    private async Task<RedfishAnswer> ExchangeAsync(RedfishRequest request, CancellationToken cancellation)
    {
        Action<HttpRequestMessage> authorize = request.Anonymous ? _ => { } : _login.Authorize;
        await _turns.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await _wire.SendAsync(request, authorize, cancellation).ConfigureAwait(false);
        }
        catch (RedfishException e) when (request.Method == HttpMethod.Get
            && e is { Failure: RedfishFailure.BadAnswer, InnerException: not null })
        {
            // A kept connection that the BMC had closed; reading twice harms nothing.
            return await _wire.SendAsync(request, authorize, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private static bool WantsAnotherETag(RedfishAnswer answer) =>
        answer.Status is HttpStatusCode.PreconditionFailed or HttpStatusCode.PreconditionRequired;

    // Vendors report "not now" with statuses other than 503 too.
    private bool IsBusy(RedfishAnswer answer)
    {
        if (answer.Succeeded || (int)answer.Status < 400)
            return false;
        var reason = ServiceMessage.Everything(answer.Body);
        if (answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests)
            return !_login.SaysFull(reason);
        return Quirks.BusyMessages.Any(m => reason.Contains(m, StringComparison.OrdinalIgnoreCase));
    }

    private string Redirected(RedfishRequest request, string location, int redirects)
    {
        var address = _wire.Resolve(location);
        if (request.Method != HttpMethod.Get || redirects >= MostRedirects)
            throw Error(
                RedfishFailure.BadAnswer,
                $"{request.Method} {request.Path} was redirected, which Redfish services never do; check the address");
        return address.PathAndQuery;
    }

    private static string PrivilegeAdvice(RedfishAnswer answer) =>
        ServiceMessage.Everything(answer.Body).Contains("PasswordChangeRequired", StringComparison.Ordinal)
            ? "change the account's password first"
            : "give the account a role with this privilege (Operator or Administrator)";

    private string Quote(RedfishAnswer answer) => ServiceMessage.Summary(answer.Body, Scrub) is { } text ? $": \"{text}\"" : "";
}
