using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Rackboot.Talos.Api;

/// <summary>A gRPC client over HTTP/2 (grpc/grpc doc/PROTOCOL-HTTP2.md) for unary calls and streams in one direction. Every failure is a
/// <see cref="TalosApiException"/>; only the caller's own cancellation is an <see cref="OperationCanceledException"/>.</summary>
/// <param name="address"><c>https://host:port/</c>, or <c>http://</c> for clear text.</param>
/// <param name="handler">Makes the connection. Disposed of with the channel.</param>
/// <param name="heard">Whether the node sent anything after the latest TLS handshake.</param>
/// <param name="explain">Returns our reason for refusing a connection, if it is more precise than the exception.</param>
public sealed class GrpcChannel(Uri address, HttpMessageHandler handler, TimeProvider time, Func<string?>? explain = null,
    Func<bool>? heard = null) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: true);

    /// <summary>One request, one answer.</summary>
    /// <param name="method"><c>/machine.MachineService/Version</c>.</param>
    public Task<T> UnaryAsync<T>(string method, IMessage request, MessageParser<T> parser, CallOptions options, CancellationToken cancel)
        where T : IMessage<T> => SingleAsync(method, new GrpcRequestContent(request), parser, options, cancel);

    /// <summary>A stream of requests, one answer.</summary>
    public Task<T> UploadAsync<T>(
        string method, IAsyncEnumerable<IMessage> requests, MessageParser<T> parser, CallOptions options, CancellationToken cancel)
        where T : IMessage<T> => SingleAsync(method, new GrpcRequestContent(requests), parser, options, cancel);

    /// <summary>One request, a stream of answers. It ends when the node ends it with status OK.</summary>
    public async IAsyncEnumerable<T> StreamAsync<T>(
        string method, IMessage request, MessageParser<T> parser, CallOptions options, [EnumeratorCancellation] CancellationToken cancel)
        where T : IMessage<T>
    {
        using var call = new GrpcCall(address, method, options, time, explain, heard);
        await call.StartAsync(_http, new GrpcRequestContent(request), cancel).ConfigureAwait(false);
        while (await call.ReadAsync(parser, cancel).ConfigureAwait(false) is { } message)
            yield return message;
    }

    /// <summary>The target and method of a call, for messages: <c>10.20.0.11:50000 for 10.20.0.12: Version</c>.</summary>
    public static string Place(Uri address, string method, CallOptions options) =>
        $"{address.Authority}{(options.Node is null ? "" : $" for {options.Node}")}: {method[(method.LastIndexOf('/') + 1)..]}";

    public void Dispose() => _http.Dispose();

    internal string Place(string method, CallOptions options) => Place(address, method, options);

    private async Task<T> SingleAsync<T>(
        string method, GrpcRequestContent content, MessageParser<T> parser, CallOptions options, CancellationToken cancel)
        where T : IMessage<T>
    {
        using var call = new GrpcCall(address, method, options, time, explain, heard);
        await call.StartAsync(_http, content, cancel).ConfigureAwait(false);
        var reply = await call.ReadAsync(parser, cancel).ConfigureAwait(false);
        if (reply is null)
            throw call.Bad("the node answered OK without a message");
        if (await call.ReadAsync(parser, cancel).ConfigureAwait(false) is not null)
            throw call.Bad("the node sent more than one message");
        return reply;
    }
}
