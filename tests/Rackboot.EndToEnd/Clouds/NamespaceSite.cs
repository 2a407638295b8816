using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rackboot.Lab.Network;

namespace Rackboot.EndToEnd.Clouds;

/// <summary>A web server of this process that listens in the rack's network.</summary>
internal sealed class NamespaceSite : IAsyncDisposable
{
    private readonly Socket _listener;
    private readonly WebApplication _app;

    private NamespaceSite(Socket listener, WebApplication app) => (_listener, _app) = (listener, app);

    public static async Task<NamespaceSite> StartAsync(NetworkNamespace network, IPEndPoint listen, RequestDelegate answer)
    {
        var listener = InNamespace.Listen(network.Name, listen);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // The server closes the handle that it is given, so it is given one of its own.
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenHandle((ulong)InNamespace.Duplicate(listener)));
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new NamespaceSite(listener, app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _listener.Dispose();
    }
}
