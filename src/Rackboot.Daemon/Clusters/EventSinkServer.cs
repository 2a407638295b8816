using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Rackboot.Core.Network;
using Rackboot.Daemon.BootPlane.Transport;
using Rackboot.Daemon.Boots;
using Rackboot.Talos.Api;
using Rackboot.Talos.Events;

namespace Rackboot.Daemon.Clusters;

/// <summary>Serves <c>talos.events.sink</c> on the boot network, in the event loops of boot connections.</summary>
internal static class EventSinkServer
{
    private const int MostConnections = 8192;
    private const int MostOfOneSource = 16;

    /// <summary>Creates the server; the caller runs it.</summary>
    /// <param name="expects">Whether an address is a machine's.</param>
    public static WebApplication Build(
        EventSink sink, BootAddresses own, int port, Func<IPAddress, bool> expects, Counters counters, TimeProvider time,
        ILoggerFactory logs)
    {
        var builder = WebServer.Builder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(logs);
        builder.Services.AddSingleton(new ConnectionPlaces(
            Descriptors.For(MostConnections, Descriptors.OfEvents), MostOfOneSource, expects,
            () => counters.Add("events.connections gave way")));
        builder.Services.AddSingleton<IConnectionListenerFactory, EventTransport>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(new BootEndPoint(own, port), listen => listen.Run(ServeAsync)));
        return builder.Build();

        Task ServeAsync(ConnectionContext node)
        {
            var peer = ((IPEndPoint)node.RemoteEndPoint!).Address;
            var stop = node.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
            return new SinkConnection(node.Transport, peer, sink, Count, node.Abort, time).RunAsync(stop);
        }

        void Count(GrpcCode code) => counters.Add(code == GrpcCode.Ok ? "events.ok" : $"events.{code.ToString().ToLowerInvariant()}");
    }
}
