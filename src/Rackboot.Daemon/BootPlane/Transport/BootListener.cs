using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Rackboot.Daemon.Boots;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>One listener for the web server, with a socket for each address of the boot interfaces. Connections of a removed address
/// stay open: it may come back.</summary>
internal sealed class BootListener : IConnectionListener
{
    private const int MostWaiting = 64;

    // The web server handles a connection in the thread that accepted it.
    private readonly Channel<ConnectionContext> _accepted =
        Channel.CreateBounded<ConnectionContext>(new BoundedChannelOptions(MostWaiting) { AllowSynchronousContinuations = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly BootEndPoint _endPoint;
    private readonly Func<DeviceEndPoint, EventListener> _listen;
    private readonly EachPlace<BootAddress> _addresses;
    private Task _running = Task.CompletedTask;

    /// <param name="listen">Listens on one address.</param>
    public BootListener(BootEndPoint endPoint, Func<DeviceEndPoint, EventListener> listen)
    {
        (_endPoint, _listen) = (endPoint, listen);
        _addresses = new EachPlace<BootAddress>(endPoint.Own, () => endPoint.Own.Served, Server);
    }

    public EndPoint EndPoint => _endPoint;

    /// <summary>Listens on the current addresses, and follows their changes.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        _running = _addresses.RunAsync(_stop.Token);
        await _addresses.Ready.WaitAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await _accepted.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ChannelClosedException)
        {
            return null;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _accepted.Writer.TryComplete();
        while (_accepted.Reader.TryRead(out var nobodyTook))
            await nobodyTook.DisposeAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await UnbindAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private PlaceServer Server(BootAddress address)
    {
        var name = $"TCP port {_endPoint.Port} of {address.Address} on {address.Device}";
        try
        {
            var listener = _listen(new DeviceEndPoint(address.Address, _endPoint.Port, address.Device));
            return new PlaceServer(name, stop => AcceptAllAsync(listener, stop), Task.CompletedTask);
        }
        catch (Exception e) when (e is AddressInUseException or System.Net.Sockets.SocketException)
        {
            var failed = Task.FromException(new IOException($"{e.Message}; find its user: ss -ltnp sport = :{_endPoint.Port}", e));
            return new PlaceServer(name, _ => failed, failed);
        }
    }

    private async Task AcceptAllAsync(EventListener listener, CancellationToken cancel)
    {
        await using var owned = listener.ConfigureAwait(false);
        try
        {
            while (await listener.AcceptAsync(cancel).ConfigureAwait(false) is { } connection)
                await _accepted.Writer.WriteAsync(connection, CancellationToken.None).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The address was removed, or the service stops.
        }
    }
}
