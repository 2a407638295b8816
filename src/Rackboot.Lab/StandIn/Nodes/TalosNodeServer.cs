using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Lab.Network;
using Rackboot.Talos.Api;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>apid of a stand-in node: gRPC over TLS and HTTP/2. While the node is down, connections are dropped as they come.</summary>
internal sealed class TalosNodeServer : IAsyncDisposable
{
    private readonly TalosNode _node;
    private readonly TalosNodeCertificates _certificates;
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, ConnectionContext> _connections = new();
    private Socket? _listener;

    /// <param name="network">The network namespace that <paramref name="listen"/> is in; null is this process's own.</param>
    public TalosNodeServer(TalosNode node, IPEndPoint listen, string? network)
    {
        _node = node;
        _certificates = new(node);
        // It would watch the working directory with everything below for changed settings.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (network is null)
                kestrel.Listen(listen, Serve);
            else
                kestrel.ListenHandle(Handle(network, listen), Serve);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    public IPEndPoint Endpoint { get; private set; } = new(IPAddress.None, 0);

    public async Task StartAsync(CancellationToken cancel)
    {
        await _app.StartAsync(cancel).ConfigureAwait(false);
        if (Endpoint.Port != 0)
            return;
        var address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Endpoint = new(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port);
    }

    /// <summary>Ends every connection, as a node does that goes down.</summary>
    public void HangUp()
    {
        foreach (var connection in _connections.Values)
            connection.Abort();
    }

    public async ValueTask DisposeAsync()
    {
        HangUp();
        await _app.DisposeAsync().ConfigureAwait(false);
        _listener?.Dispose();
        _certificates.Dispose();
    }

    private void Serve(ListenOptions options)
    {
        options.Protocols = HttpProtocols.Http2;
        options.Use(Track);
        options.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(_certificates.Options()) });
    }

    // The server closes the handle that it is given, so it is given one of its own.
    private ulong Handle(string network, IPEndPoint listen)
    {
        _listener = InNamespace.Listen(network, listen);
        Endpoint = (IPEndPoint)_listener.LocalEndPoint!;
        return (ulong)InNamespace.Duplicate(_listener);
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
