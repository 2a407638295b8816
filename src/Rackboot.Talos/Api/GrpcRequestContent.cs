using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Rackboot.Talos.Api;

/// <summary>The messages of a request, written as they become available.</summary>
internal sealed class GrpcRequestContent : HttpContent
{
    private readonly IAsyncEnumerable<IMessage>? _messages;
    private readonly byte[]? _single;

    public GrpcRequestContent(IMessage message)
        : this() => _single = GrpcFrame.Write(message);

    public GrpcRequestContent(IAsyncEnumerable<IMessage> messages)
        : this() => _messages = messages;

    private GrpcRequestContent() => Headers.ContentType = new MediaTypeHeaderValue("application/grpc");

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        if (_single is not null)
        {
            await stream.WriteAsync(_single, cancellationToken).ConfigureAwait(false);
            return;
        }

        await foreach (var message in _messages!.WithCancellation(cancellationToken).ConfigureAwait(false))
            await stream.WriteAsync(GrpcFrame.Write(message), cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _single?.Length ?? 0;
        return _single is not null;
    }
}
