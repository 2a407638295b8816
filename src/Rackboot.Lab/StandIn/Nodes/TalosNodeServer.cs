using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Rackboot.Talos.Api;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>apid of a stand-in node: gRPC over TLS and HTTP/2. While the node is down, connections are dropped as they come.</summary>
internal sealed class TalosNodeServer : IAsyncDisposable
{
    private readonly TalosNode _node;
    private readonly TalosNodeCertificates _certificates;
    private readonly StandInServer _server;
    private readonly ConcurrentDictionary<string, ConnectionContext> _connections = new();

    /// <param name="network">The network namespace that <paramref name="listen"/> is in; null is this process's own.</param>
    public TalosNodeServer(TalosNode node, IPEndPoint listen, string? network)
    {
        _node = node;
        _certificates = new(node);
        _server = new(listen, network, Serve, AnswerAsync);
    }

    public IPEndPoint Endpoint => _server.EndPoint;

    public Task StartAsync(CancellationToken cancel) => _server.StartAsync(cancel);

    /// <summary>Ends every connection, as a node does that goes down.</summary>
    public void HangUp()
    {
        foreach (var connection in _connections.Values)
            connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        HangUp();
        await _server.DisposeAsync().ConfigureAwait(false);
        _certificates.Dispose();
    }

    private void Serve(ListenOptions options)
    {
        options.Protocols = HttpProtocols.Http2;
        options.Use(Track);
        options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(_certificates.Options()) });
    }

    private ConnectionDelegate Track(ConnectionDelegate next) => async connection =>
    {
        if (!_node.IsUp)
        {
            connection.Abort();
            return;
        }

        _connections[connection.ConnectionId] = connection;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            _connections.TryRemove(connection.ConnectionId, out _);
        }
    };

    private async Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        try
        {
            await TalosNodeApi.AnswerAsync(new TalosCall(_node, context)).ConfigureAwait(false);
            context.Response.AppendTrailer("grpc-status", "0");
        }
        catch (NodeRefusal refusal)
        {
            context.Response.AppendTrailer("grpc-status", ((int)refusal.Code).ToString(System.Globalization.CultureInfo.InvariantCulture));
            context.Response.AppendTrailer("grpc-message", Uri.EscapeDataString(refusal.Message));
        }
        catch (Exception e) when (e is InvalidDataException or Google.Protobuf.InvalidProtocolBufferException)
        {
            context.Response.AppendTrailer("grpc-status",
                ((int)GrpcCode.Internal).ToString(System.Globalization.CultureInfo.InvariantCulture));
        }
    }
}
