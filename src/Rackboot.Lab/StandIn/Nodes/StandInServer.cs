using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>The web server of a stand-in, in this process's own network or in a network namespace.</summary>
internal sealed class StandInServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private Socket? _listener;

    /// <param name="network">The network namespace that <paramref name="listen"/> is in; null is this process's own.</param>
    /// <param name="serve">Says what is spoken there.</param>
    public StandInServer(IPEndPoint listen, string? network, Action<ListenOptions> serve, RequestDelegate answer)
    {
        // It would watch the working directory with everything below for changed settings.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false"]);
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            if (network is null)
                kestrel.Listen(listen, serve);
            else
                kestrel.ListenHandle(Handle(network, listen), serve);
        });
        _app = builder.Build();
        _app.Run(answer);
    }

    /// <summary>Where it listens, once it has started.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    public async Task StartAsync(CancellationToken cancel)
    {
        await _app.StartAsync(cancel).ConfigureAwait(false);
        if (_listener is not null)
            return;
        var address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        EndPoint = new(IPAddress.Parse(address.Host.Trim('[', ']')), address.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync().ConfigureAwait(false);
        _listener?.Dispose();
    }

    // The server closes the handle that it is given, so it is given one of its own.
    private ulong Handle(string network, IPEndPoint listen)
    {
        _listener = InNamespace.Listen(network, listen);
        EndPoint = (IPEndPoint)_listener.LocalEndPoint!;
        return (ulong)InNamespace.Duplicate(_listener);
    }
}
