using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Google.Protobuf;

namespace Rackboot.Talos.Api;

/// <summary>One call from its headers to its trailers.</summary>
internal sealed class GrpcCall(
    Uri address, string method, CallOptions options, TimeProvider time, Func<string?>? explain, Func<bool>? heard) : IDisposable
{
    private readonly CancellationTokenSource _deadline = options.Deadline is { } limit ? new(limit, time) : new();
    private HttpResponseMessage? _response;
    private Stream? _body;

    public async Task StartAsync(HttpMessageInvoker http, HttpContent content, CancellationToken cancel)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, _deadline.Token);
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(address, method))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        request.Headers.TE.Add(new("trailers"));
        request.Headers.TryAddWithoutValidation("user-agent", "rackboot");
        if (options.Deadline is { } left)
            request.Headers.TryAddWithoutValidation("grpc-timeout", Timeout(left));
        if (options.Node is { } node)
            request.Headers.TryAddWithoutValidation("node", node);
        try
        {
            _response = await http.SendAsync(request, both.Token).ConfigureAwait(false);
            CheckHead(_response);
            _body = await _response.Content.ReadAsStreamAsync(both.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (Translate(e, cancel) is { } better)
        {
            throw better;
        }
    }

    /// <summary>The next message; null after the last.</summary>
    public async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancel)
        where T : IMessage<T>
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancel, _deadline.Token);
        try
        {
            if (await GrpcFrame.ReadAsync(_body!, GrpcFrame.MostBytes, both.Token).ConfigureAwait(false) is { } message)
                return ReceivedMessage.Parse(parser.WithDiscardUnknownFields(true), message.Span);
        }
        catch (Exception e) when (Translate(e, cancel) is { } better)
        {
            throw better;
        }

        // A trailers-only answer has its status in the headers.
        var status = GrpcStatus.Read(_response!.TrailingHeaders) ?? GrpcStatus.Read(_response.Headers)
            ?? throw Bad("the answer ended without a status");
        return status.Code == GrpcCode.Ok ? default : throw Of(status);
    }

    public TalosApiException Bad(string what) =>
        new(TalosFailure.BadAnswer, $"{Place}: {what}; is this the Talos API of that node?");

    public void Dispose()
    {
        _response?.Dispose();
        _deadline.Dispose();
    }

    private string Place => GrpcChannel.Place(address, method, options);

    private void CheckHead(HttpResponseMessage response)
    {
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK && type is not null
            && (type == "application/grpc" || type.StartsWith("application/grpc+", StringComparison.Ordinal)))
            return;
        if (GrpcStatus.Read(response.Headers) is { Code: not GrpcCode.Ok } status)
            throw Of(status);
        if (response.StatusCode == HttpStatusCode.OK)
            throw Bad($"the node answered with {(type is null ? "no content type" : $"{PrintableText.Of(type, 80)}")} instead of gRPC");
        var code = GrpcStatus.OfHttp(response.StatusCode);
        var failure = GrpcStatus.Failure(code) is TalosFailure.Failed ? TalosFailure.BadAnswer : GrpcStatus.Failure(code);
        throw new TalosApiException(failure, $"{Place}: HTTP status {(int)response.StatusCode} instead of gRPC", code);
    }

    private TalosApiException Of(GrpcStatus status) =>
        new(GrpcStatus.Failure(status.Code), $"{Place}: {(status.Message.Length == 0 ? status.Code.ToString() : status.Message)}",
            status.Code);

    // Null for the caller's own cancellation and for bugs.
    private TalosApiException? Translate(Exception e, CancellationToken cancel) => e switch
    {
        TalosApiException => null,
        _ when cancel.IsCancellationRequested => null,
        _ when _deadline.IsCancellationRequested => new(TalosFailure.TimedOut,
            $"{Place}: no answer within {options.Deadline!.Value.TotalSeconds:0.#} s", inner: e),
        InvalidDataException => new(TalosFailure.BadAnswer, $"{Place}: {e.Message}", inner: e),
        HttpRequestException request => OfTransport(request),
        HttpProtocolException broken => new(
            broken.ErrorCode is 7 or 8 ? TalosFailure.Unreachable : TalosFailure.BadAnswer, // RFC 9113 §7: REFUSED_STREAM, CANCEL
            $"{Place}: the node aborted the call (HTTP/2 error {broken.ErrorCode})", inner: e),
        IOException or SocketException => new(TalosFailure.Unreachable, $"{Place}: the connection was lost", inner: e),
        OperationCanceledException => new(TalosFailure.Unreachable, $"{Place}: the connection was not established in time", inner: e),
        _ => null,
    };

    private TalosApiException OfTransport(HttpRequestException e)
    {
        if (RefusedByTls(e))
            return new(TalosFailure.Untrusted,
                $"{Place}: {explain?.Invoke() ?? "the TLS handshake failed: one side does not trust the other's certificate"}", inner: e);
        if (heard is not null && (IsNotHttp2(e) || (WasCut(e) && !heard())))
            return heard()
                ? new(TalosFailure.BadAnswer, $"{Place}: the server does not speak HTTP/2", inner: e)
                : new(TalosFailure.Untrusted,
                    $"{Place}: the node closed the connection right after the TLS handshake: it rejects our certificate because it "
                    + "belongs to another cluster or to none yet", inner: e);
        if (e.InnerException is HttpProtocolException broken)
            return Translate(broken, CancellationToken.None)!;
        return e.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => new(TalosFailure.Unreachable, $"{Place}: the host name cannot be resolved", inner: e),
            HttpRequestError.HttpProtocolError or HttpRequestError.InvalidResponse or HttpRequestError.VersionNegotiationError
                => new(TalosFailure.BadAnswer, $"{Place}: the server does not speak HTTP/2", inner: e),
            HttpRequestError.ConfigurationLimitExceeded
                => new(TalosFailure.BadAnswer, $"{Place}: the answer's headers are too long", inner: e),
            _ => new(TalosFailure.Unreachable, $"{Place}: {Reason(e)}", inner: e),
        };
    }

    // A certificate that we refuse, or an alert from the node, which with TLS 1.3 comes after the handshake.
    private static bool RefusedByTls(Exception e) =>
        Inner(e).Any(inner => inner is AuthenticationException || inner.Message.Contains("alert", StringComparison.Ordinal));

    private static bool IsNotHttp2(Exception e) =>
        Inner(e).Any(inner => inner.Message.Contains("did not complete the HTTP/2 handshake", StringComparison.Ordinal));

    // A node that rejects our certificate says so and closes the connection. What we send meanwhile can make the kernel tell of that first.
    private static bool WasCut(HttpRequestException e) =>
        e.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError)
        && Inner(e).Any(inner => inner is SocketException { SocketErrorCode: SocketError.Shutdown or SocketError.ConnectionReset });

    private static IEnumerable<Exception> Inner(Exception e)
    {
        for (var inner = e; inner is not null; inner = inner.InnerException)
            yield return inner;
    }

    private static string Reason(HttpRequestException e) =>
        e.InnerException is SocketException socket ? socket.SocketErrorCode switch
        {
            SocketError.ConnectionRefused => "nothing is listening there (connection refused)",
            SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no route to it",
            _ => $"no connection ({socket.SocketErrorCode})",
        }
        : "the connection was lost";

    // At most eight digits and a unit.
    private static string Timeout(TimeSpan left) => left.TotalMilliseconds < 100_000_000
        ? $"{Math.Max(1, (long)left.TotalMilliseconds).ToString(CultureInfo.InvariantCulture)}m"
        : $"{Math.Min(99_999_999, (long)left.TotalSeconds).ToString(CultureInfo.InvariantCulture)}S";
}
