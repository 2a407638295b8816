using System.Net;
using System.Net.Security;
using Rackboot.Http;

namespace Rackboot.Redfish;

/// <summary>
/// One HttpClient to one service. Links lead to that service alone, redirects are not followed, and what goes wrong becomes a
/// <see cref="RedfishException"/> that names the host and what to try.
/// </summary>
internal sealed class RedfishWire : IDisposable
{
    private readonly RedfishOptions _options;
    private readonly AnswerReader _reader;
    private readonly HttpClient _http;

    public RedfishWire(RedfishOptions options, TimeProvider time)
    {
        _options = options;
        Base = new Uri(options.Address.GetLeftPart(UriPartial.Authority));
        Host = Base.IsDefaultPort ? Base.Host : Base.Authority;
        if (Base.Scheme != Uri.UriSchemeHttps && !(options.AllowPlainHttp && Base.Scheme == Uri.UriSchemeHttp))
            throw Error(RedfishFailure.NotSupported, "the address must start with https:// (http:// sends the password in clear text)");
        _reader = new AnswerReader(Host, options.MaxAnswerBytes, options.MaxAnswerDepth, time);
        _http = new HttpClient(options.Handler ?? Handler(options)) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public Uri Base { get; }

    /// <summary>How messages name the service.</summary>
    public string Host { get; }

    /// <summary>The address that a link of the service stands for.</summary>
    /// <exception cref="RedfishException">It leads to another host.</exception>
    public Uri Resolve(string link)
    {
        var fragment = link.IndexOf('#', StringComparison.Ordinal);
        var path = fragment < 0 ? link : link[..fragment];
        if (!Uri.TryCreate(Base, path, out var address) || address.Scheme != Base.Scheme || address.Authority != Base.Authority
            || address.UserInfo.Length > 0)
            throw Error(
                RedfishFailure.BadAnswer,
                $"did not follow a link to another host ({Shorten(link)}); if that host is the right one, use its address");
        return address;
    }

    public async Task<RedfishAnswer> SendAsync(RedfishRequest request, Action<HttpRequestMessage> authorize, CancellationToken cancellation)
    {
        using var message = request.ToMessage(Resolve(request.Path));
        authorize(message);
        // What waits on a socket is limited in real time; the given clock counts the pauses between requests.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(request.Timeout ?? _options.RequestTimeout);
        try
        {
            using var response =
                await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
            return await _reader.ReadAsync(response, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException
            && !cancellation.IsCancellationRequested)
        {
            throw Explain(e, request);
        }
    }

    /// <summary>Opens an answer without end (server-sent events). The caller disposes it.</summary>
    public async Task<HttpResponseMessage> OpenAsync(
        RedfishRequest request, Action<HttpRequestMessage> authorize, CancellationToken cancellation)
    {
        using var message = request.ToMessage(Resolve(request.Path));
        message.Headers.Remove("Accept");
        message.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        authorize(message);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_options.RequestTimeout);
        try
        {
            return await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException
            && !cancellation.IsCancellationRequested)
        {
            throw Explain(e, request);
        }
    }

    /// <summary>An error that begins with the host; text of the service must have been scrubbed.</summary>
    public RedfishException Error(RedfishFailure failure, string message, Exception? inner = null) =>
        inner is null ? new RedfishException(failure, $"{Host}: {message}") : new RedfishException(failure, $"{Host}: {message}", inner);

    public void Dispose() => _http.Dispose();

    private RedfishException Explain(Exception e, RedfishRequest request)
    {
        var what = $"{request.Method} {Shorten(request.Path)}";
        if (_options.Trust.Refusal is { } refusal && e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError })
            return Error(
                RedfishFailure.WrongCertificate,
                $"{refusal}; nothing was sent to it. If the BMC's certificate was renewed, forget the old one and connect again; "
                + "if not, another host may be intercepting the connection", e);
        return e switch
        {
            OperationCanceledException => Error(
                RedfishFailure.NoAnswer,
                $"no answer to {what} within {(request.Timeout ?? _options.RequestTimeout).TotalSeconds:0} s; "
                + "check the BMC's network, or restart the BMC if it answers to ping", e),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Error(
                RedfishFailure.NoAnswer, "the host name cannot be resolved; check the BMC's address", e),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Error(
                RedfishFailure.NoAnswer,
                "TLS failed; check that HTTPS is enabled on this port of the BMC, and that its firmware supports TLS 1.2", e),
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Error(
                RedfishFailure.NoAnswer,
                "cannot connect; check the address, the BMC's power and network, and that its web server is enabled", e),
            _ => Error(RedfishFailure.BadAnswer,
                $"the answer to {what} is incomplete or not HTTP; try again, then restart the BMC if this persists", e),
        };
    }

    private static SocketsHttpHandler Handler(RedfishOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        ConnectCallback = OutboundConnection.OpenAsync,
        MaxConnectionsPerServer = options.MaxConnections + 1, // one may be held by a stream of events
        MaxResponseHeadersLength = 64,
        MaxResponseDrainSize = 0,
        PooledConnectionIdleTimeout = options.IdleConnection,
        SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => options.Trust.Believe(certificate, chain, errors),
        },
    };

    private static string Shorten(string text) => text.Length > 200 ? text[..200] + "..." : text;
}
