using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Talos;

/// <summary>Receives the kernel logs of booted machines over TCP on one thread. Line length, idle time and the number of connections are
/// bounded; lines that are not messages are skipped. Machines send each line by itself, so the thread reads at most five times a second
/// and takes together what the kernel has buffered meanwhile.</summary>
/// <param name="endpoint">Where to listen.</param>
/// <param name="onMessages">Receives a sender and the messages that arrived together; the list and its texts are reused after it
/// returns. If it throws, the connection ends.</param>
/// <param name="onDropped">Receives each dropped line or connection and a low-cardinality reason.</param>
/// <param name="device">The interface to listen on; null for all that receive packets for the address, which on Linux is every
/// one.</param>
public sealed class KernelLogReceiver(
    IPEndPoint endpoint, Action<IPAddress, IReadOnlyList<KernelLogMessage>> onMessages, Action<IPAddress, string> onDropped,
    string? device = null)
{
    /// <summary>Enough for a hall; each takes a file descriptor.</summary>
    public const int UsualConnections = 4096;

    // asm-generic/socket.h.
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;

    private const long Listener = 1; // the id in the watch; connections have higher ones
    private const int MostAcceptedAtOnce = 256;
    private const int Backlog = 4096;
    private const int ReadBytes = 256 * 1024;
    private const int MostBegunBytes = 32 * 1024 * 1024; // of lines whose end has not come: 4,096 connections could have 256 MB
    private static readonly TimeSpan MostIdle = TimeSpan.FromHours(2);
    private static readonly TimeSpan LookForIdleEvery = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly TaskCompletionSource<IPEndPoint> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly byte[] _bytes = new byte[ReadBytes];
    private readonly char[] _characters = new char[ReadBytes]; // a string for each line was the most of what it allocated
    private readonly List<KernelLogMessage> _messages = [];
    private long _last = Listener;

    /// <summary>Most connections at once; a new one takes the place of another.</summary>
    public int MostConnections { get; init; } = UsualConnections;

    /// <summary>Whether an address is one of ours: strangers give way to it.</summary>
    public Func<IPAddress, bool> Expects { get; init; } = _ => false;

    /// <summary>Completes with the address it listens on.</summary>
    public Task<IPEndPoint> Ready => _ready.Task;

    public async Task RunAsync(CancellationToken cancel)
    {
        using var listener = Listen();
        using var watch = new SocketWatch();
        watch.Add(listener.SafeHandle, Listener);
        await using var stop = cancel.Register(watch.End).ConfigureAwait(false);
        await Task.Factory.StartNew(
            () => Serve(listener, watch, cancel), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .ConfigureAwait(false);
    }

    private Socket Listen()
    {
        var listener = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            if (device is not null)
                listener.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(device + '\0'));
            listener.Bind(endpoint);
            listener.Listen(Backlog);
            listener.Blocking = false;
            _ready.SetResult((IPEndPoint)listener.LocalEndPoint!);
            return listener;
        }
        catch (SocketException e)
        {
            listener.Dispose();
            _ready.SetException(e);
            throw;
        }
    }

    private void Serve(Socket listener, SocketWatch watch, CancellationToken cancel)
    {
        using var connections = new KernelLogConnections(MostConnections);
        var ready = new List<long>();
        var looked = Environment.TickCount64;
        while (watch.Wait(ready, LookForIdleEvery))
        {
            var moreWait = false;
            foreach (var id in ready)
                if (id == Listener)
                    moreWait = Accept(listener, watch, connections);
                else if (connections[id] is { } connection && !TryRead(connection, connections))
                    connections.End(connection);
            if (Environment.TickCount64 - looked > LookForIdleEvery.TotalMilliseconds)
            {
                connections.EndSilent(MostIdle);
                looked = Environment.TickCount64;
            }

            if (!moreWait)
                cancel.WaitHandle.WaitOne(Pause);
        }
    }

    // Whether more may wait: in a crowd, a machine must not wait behind it for seconds.
    private bool Accept(Socket listener, SocketWatch watch, KernelLogConnections connections)
    {
        for (var i = 0; i < MostAcceptedAtOnce; i++)
        {
            if (!listener.Poll(0, SelectMode.SelectRead))
                return false;
            KernelLogConnection? connection = null;
            try
            {
                var socket = listener.Accept();
                socket.Blocking = false;
                connection = new KernelLogConnection(socket, ((IPEndPoint)socket.RemoteEndPoint!).Address, ++_last);
                connection.IsExpected = Expects(connection.Source);
                if (connections.Add(connection) is { } oldest)
                    onDropped(oldest.Source, "too many connections");
                watch.Add(socket.SafeHandle, connection.Id);
            }
            catch (Exception e) when (e is SocketException or Win32Exception)
            {
                // It has left again, or descriptors ran out for a moment.
                if (connection is not null)
                    connections.End(connection);
                return false;
            }
        }

        return true;
    }

    // One read a look, so that nobody who sends much keeps the others waiting.
    private bool TryRead(KernelLogConnection connection, KernelLogConnections connections)
    {
        var received = connection.Socket.Receive(_bytes, SocketFlags.None, out var error);
        if (error == SocketError.WouldBlock)
            return true;
        if (error != SocketError.Success || received == 0)
            return false; // the machine was reset or is gone: its log simply ends
        connection.Heard = Environment.TickCount64;
        _messages.Clear();
        var begun = connection.Begun;
        var goesOn = connection.Take(_bytes.AsSpan(0, received), _characters, _messages, onDropped);
        connections.Count(connection, begun);
        if (connections.Begun > MostBegunBytes && connection.Begun > 0 && !connection.IsExpected)
        {
            onDropped(connection.Source, "too many lines without an end");
            goesOn = false;
        }

        return (_messages.Count == 0 || TryHand(connection.Source)) && goesOn;
    }

    private bool TryHand(IPAddress source)
    {
        try
        {
            onMessages(source, _messages);
            return true;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            onDropped(source, "a fault of the receiver");
            return false;
        }
    }
}
