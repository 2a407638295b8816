using System.Net;
using System.Net.Sockets;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Rackboot.Http;
using Rackboot.Talos.Api.Wire;

namespace Rackboot.Talos.Api;

/// <summary>A client of one node's Talos API (siderolabs/talos api/machine, served by apid on TCP 50000). Calls can run concurrently. Every
/// failure is a <see cref="TalosApiException"/>.</summary>
public sealed class TalosClient : IDisposable
{
    /// <summary>Where apid listens.</summary>
    public const int DefaultPort = 50000;

    private readonly bool _owner;

    private TalosClient(GrpcChannel channel, NodeTrust trust, CallOptions options, bool owner)
    {
        (Channel, Trust, Options, _owner) = (channel, trust, options, owner);
        Machine = new(this);
        Etcd = new(this);
        Storage = new(this);
        Images = new(this);
        State = new(this);
    }

    /// <summary>The certificates by which client and node identify each other.</summary>
    public NodeTrust Trust { get; }

    /// <summary>The machine itself: version, configuration, services, power, reset, logs and events.</summary>
    public MachineCalls Machine { get; }

    /// <summary>Etcd's members; only control-plane nodes answer.</summary>
    public EtcdCalls Etcd { get; }

    /// <summary>Disks.</summary>
    public StorageCalls Storage { get; }

    /// <summary>Images, installation and upgrades, with the calls of 1.13 and later and the older ones.</summary>
    public ImageCalls Images { get; }

    /// <summary>Resources: Talos's state of the machine and of itself.</summary>
    public StateCalls State { get; }

    internal GrpcChannel Channel { get; }

    internal CallOptions Options { get; }

    /// <summary>A client that connects with its first call.</summary>
    /// <param name="host">Address or name of the node.</param>
    /// <param name="deadline">Time limit of calls that are not streams; default 30 s.</param>
    public static TalosClient Connect(string host, NodeTrust trust, int port = DefaultPort, TimeSpan? deadline = null,
        TimeProvider? time = null)
    {
        var handler = new SocketsHttpHandler
        {
            SslOptions = trust.Options(host),
            ConnectTimeout = TimeSpan.FromSeconds(4), // callers that inspect a cluster wait for it; SYN is repeated after 1 and 3 s
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(trust.Listen(context.PlaintextStream)),
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 64,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
        };
        var address = new UriBuilder("https", host, port).Uri;
        return new(
            new GrpcChannel(address, handler, time ?? TimeProvider.System, () => trust.Refusal, () => trust.Heard),
            trust, new CallOptions(deadline ?? TimeSpan.FromSeconds(30)), owner: true);
    }

    /// <summary>The same connection to a control-plane node, for calls to another node of its cluster. Workers refuse to
    /// forward.</summary>
    /// <param name="node">Its address.</param>
    public TalosClient ForNode(string node) => new(Channel, Trust, Options with { Node = node }, owner: false);

    public void Dispose()
    {
        if (_owner)
            Channel.Dispose();
    }

    internal Task<T> UnaryAsync<T>(string method, IMessage request, MessageParser<T> parser, CancellationToken cancel)
        where T : IMessage<T> => Channel.UnaryAsync(method, request, parser, Options, cancel);

    /// <summary>A call whose answer has one message for each target node: here one.</summary>
    internal async Task<TNode> AskAsync<TReply, TNode>(
        string method, IMessage request, MessageParser<TReply> parser, Func<TReply, IReadOnlyList<TNode>> messages,
        Func<TNode, Metadata?> metadata, CancellationToken cancel)
        where TReply : IMessage<TReply>
    {
        var answers = messages(await UnaryAsync(method, request, parser, cancel).ConfigureAwait(false));
        if (answers.Count != 1)
            throw Bad(method, $"{answers.Count} nodes answered instead of one");
        Check(method, metadata(answers[0]));
        return answers[0];
    }

    /// <summary>A call with an empty answer.</summary>
    internal async Task AcknowledgeAsync(string method, IMessage request, CancellationToken cancel)
    {
        var reply = await UnaryAsync(method, request, AcknowledgementResponse.Parser, cancel).ConfigureAwait(false);
        foreach (var message in reply.Messages)
            Check(method, message.Metadata);
    }

    internal IAsyncEnumerable<T> StreamAsync<T>(string method, IMessage request, MessageParser<T> parser, CancellationToken cancel)
        where T : IMessage<T> => Channel.StreamAsync(method, request, parser, Options with { Deadline = null }, cancel);

    internal static Empty Nothing { get; } = new();

    /// <summary>A failure with its place.</summary>
    internal TalosApiException Failure(TalosFailure failure, string method, string what, Exception? inner = null) =>
        new(failure, $"{Channel.Place(method, Options)}: {what}", inner: inner);

    internal TalosApiException Bad(string method, string what, Exception? inner = null) =>
        Failure(TalosFailure.BadAnswer, method, what, inner);

    private void Check(string method, Metadata? metadata)
    {
        if (metadata?.Error is { Length: > 0 } error)
            throw Failure(TalosFailure.Failed, method, PrintableText.Of(error));
    }

    // TCP keep-alive, not HTTP/2 pings: Go's gRPC server closes connections that ping more often than every five minutes
    // (grpc/grpc-go keepalive, EnforcementPolicy.MinTime).
    private static ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 30);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
        return OutboundConnection.OpenAsync(socket, context.DnsEndPoint, cancel);
    }
}
