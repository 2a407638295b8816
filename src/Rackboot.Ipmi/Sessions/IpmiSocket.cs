using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>
/// The UDP socket through which any number of BMCs are asked (a second one is opened when the first IPv6 BMC is). What comes in goes to the
/// sessions and questions open for the address it came from.
/// </summary>
public sealed class IpmiSocket : IDisposable
{
    // A thousand answers can be on their way at once.
    private const int ReceiveBuffer = 4 << 20;

    // Receivers by BMC. The arrays are never changed, only replaced.
    private readonly ConcurrentDictionary<SocketAddress, IDatagramReceiver[]> _receivers = new();
    private readonly Lock _gate = new();
    private Socket? _v4;
    private Socket? _v6;
    private volatile bool _closed;

    public IpmiSocket(TimeProvider? time = null) => Time = time ?? TimeProvider.System;

    public DroppedPackets Dropped { get; } = new();

    internal TimeProvider Time { get; }

    /// <summary>Asks by RMCP presence ping whether there is a BMC (IPMI 2.0 §13.2.3). Some BMCs are silent here and answer
    /// <see cref="AskAuthenticationAsync"/>.</summary>
    /// <returns>The BMC's answer, or null if none came.</returns>
    public async Task<RmcpPong?> PingAsync(IPEndPoint bmc, IpmiTimeouts timeouts, CancellationToken cancellation)
    {
        var ping = new byte[AsfPing.Length];
        AsfPing.Write(ping, (byte)RandomNumberGenerator.GetInt32(0xFF)); // FFh says that no pong is wanted
        using var question = new Question(this, bmc);
        var answer = await question.AskAsync(ping, datagram => RmcpPong.TryParse(datagram, out var pong, out _) && pong.Tag == ping[9],
            timeouts, cancellation).ConfigureAwait(false);
        return answer is not null && RmcpPong.TryParse(answer, out var pong, out _) ? pong : null;
    }

    /// <summary>Get Channel Authentication Capabilities (IPMI 2.0 §22.13) outside of any session: what a BMC says before anyone logs
    /// in.</summary>
    /// <exception cref="IpmiException">No answer, or none to be understood.</exception>
    public Task<ChannelAuthentication> AskAuthenticationAsync(IPEndPoint bmc, IpmiTimeouts timeouts, CancellationToken cancellation) =>
        ChannelAuthentication.AskAsync(this, bmc, IpmiPrivilege.Administrator, timeouts, cancellation);

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            _v4?.Dispose();
            _v6?.Dispose();
        }
    }

    internal void Attach(SocketAddress bmc, IDatagramReceiver receiver) =>
        _receivers.AddOrUpdate(bmc, static (_, added) => [added], static (_, present, added) => [.. present, added], receiver);

    internal void Detach(SocketAddress bmc, IDatagramReceiver receiver)
    {
        while (_receivers.TryGetValue(bmc, out var present))
        {
            var left = Array.FindAll(present, r => r != receiver);
            if (left.Length > 0 ? _receivers.TryUpdate(bmc, left, present) : _receivers.TryRemove(new(bmc, present)))
                return;
        }
    }

    /// <summary>Sends a datagram. One that cannot be sent is a lost one: the waiter for the answer sends again or gives up.</summary>
    /// <exception cref="ObjectDisposedException">The socket is closed.</exception>
    internal void Send(SocketAddress bmc, ReadOnlySpan<byte> datagram)
    {
        try
        {
            SocketFor(bmc.Family).SendTo(datagram, SocketFlags.None, bmc);
        }
        catch (SocketException)
        {
            // No route, or the send buffer is full.
        }
    }

    /// <summary>The local port that BMCs of a family are asked from.</summary>
    internal int Port(AddressFamily family) => ((IPEndPoint)SocketFor(family).LocalEndPoint!).Port;

    private Socket SocketFor(AddressFamily family) => (family == AddressFamily.InterNetworkV6 ? _v6 : _v4) ?? Open(family);

    private Socket Open(AddressFamily family)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            ref var socket = ref family == AddressFamily.InterNetworkV6 ? ref _v6 : ref _v4;
            if (socket is not null)
                return socket;
            var opened = new Socket(family, SocketType.Dgram, ProtocolType.Udp) { ReceiveBufferSize = ReceiveBuffer };
            opened.Bind(new IPEndPoint(family == AddressFamily.InterNetworkV6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
            socket = opened;
            new Thread(() => Receive(opened)) { Name = "ipmi", IsBackground = true }.Start();
            return opened;
        }
    }

    // A thread that blocks costs a third of what asynchronous receiving does, which wakes two threads for each datagram.
    private void Receive(Socket socket)
    {
        var buffer = new byte[Rmcp.LongestDatagram];
        var from = new SocketAddress(socket.AddressFamily);
        while (!_closed)
        {
            try
            {
                var length = socket.ReceiveFrom(buffer, SocketFlags.None, from);
                Dispatch(buffer.AsSpan(0, length), from);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                // Closing; or a datagram too long for the buffer, which is no answer.
            }
            catch (Exception)
            {
                // One datagram must not end the answers of all BMCs.
                Dropped.CountMalformed();
            }
        }
    }

    private void Dispatch(ReadOnlySpan<byte> datagram, SocketAddress from)
    {
        if (!_receivers.TryGetValue(from, out var receivers))
        {
            Dropped.CountForeign();
            return;
        }

        foreach (var receiver in receivers)
            if (receiver.TryTake(datagram))
                return;
        Dropped.CountUnasked();
        foreach (var receiver in receivers)
            receiver.Missed();
    }
}
