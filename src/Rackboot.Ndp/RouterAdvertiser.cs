using System.Net;
using System.Net.Sockets;

namespace Rackboot.Ndp;

/// <summary>Answers router solicitations on one link with an advertisement that offers nothing, so that a host need not wait for a router
/// that is not there. Silent where a router speaks (<see cref="AdvertiserPlan"/>).</summary>
/// <remarks>A host that has such an advertisement ends its search for a router, and gets neither a route (a router lifetime of 0 is no
/// default router, RFC 4861 §4.2) nor a prefix, an address or a setting.</remarks>
public sealed class RouterAdvertiser(Link link, IAdvertiserObserver observer, TimeProvider time)
{
    // As many messages are taken before it is looked what is to be sent.
    private const int MostAtOnce = 64;

    private static readonly RouterAdvertisement Nothing = new();

    private readonly long _start = time.GetTimestamp();
    private readonly AdvertiserPlan _plan = new(Random.Shared);
    private readonly byte[] _buffer = new byte[2048];
    private AdvertiserState _told = AdvertiserState.Listening;

    /// <summary>Serves until cancelled.</summary>
    /// <exception cref="SocketException">The interface or its address is gone, or the process may open no raw socket.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        using var socket = new LinkSocket(link);
        Task? readable = null;
        while (!cancel.IsCancellationRequested)
        {
            foreach (var message in _plan.Next(Now))
                Send(socket, message);
            Tell();
            readable ??= socket.ReadableAsync(cancel);
            await UntilAsync(readable, _plan.Due - Now, cancel).ConfigureAwait(false);
            if (!readable.IsCompleted || cancel.IsCancellationRequested)
                continue;
            await readable.ConfigureAwait(false);
            readable = null;
            for (var i = 0; i < MostAtOnce && Take(socket); i++)
                Tell();
        }
    }

    private TimeSpan Now => time.GetElapsedTime(_start);

    private async Task UntilAsync(Task readable, TimeSpan within, CancellationToken cancel)
    {
        if (within <= TimeSpan.Zero)
            return;
        using var alarm = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        await Task.WhenAny(readable, Task.Delay(within, time, alarm.Token)).ConfigureAwait(false);
        await alarm.CancelAsync().ConfigureAwait(false);
    }

    private void Send(LinkSocket socket, Outgoing message)
    {
        Span<byte> bytes = stackalloc byte[64];
        var length = message.IsSolicitation ? new RouterSolicitation().Write(bytes) : Nothing.Write(bytes);
        try
        {
            socket.Send(bytes[..length], message.Destination);
        }
        catch (SocketException e) when (!message.Destination.IsIPv6Multicast)
        {
            // That host is not reached; others are.
            observer.Dropped(message.Destination, $"an answer could not be sent ({e.SocketErrorCode})");
            return;
        }

        if (!message.IsSolicitation)
            observer.Advertised(message.Destination);
    }

    private bool Take(LinkSocket socket)
    {
        var length = socket.Receive(_buffer, out var source, out var hopLimit);
        if (length < 0)
            return false;
        var message = _buffer.AsSpan(0, length);
        string? error;
        if (length > 0 && message[0] == NdpType.RouterSolicitation)
        {
            if (RouterSolicitation.TryParse(message, source, hopLimit, out _, out error))
            {
                observer.Solicited(source);
                _plan.Asked(source, Now);
            }
        }
        else if (RouterAdvertisement.TryParse(message, source, hopLimit, out var advertisement, out error))
            _plan.Heard(advertisement, source, Now);

        if (error is not null)
            observer.Dropped(source, error);
        return true;
    }

    private void Tell()
    {
        if (_plan.State == AdvertiserState.Listening || _plan.State == _told)
            return;
        _told = _plan.State;
        observer.Became(_told, _plan.Router);
    }
}
