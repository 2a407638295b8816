using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Rackboot.Tftp;

/// <summary>A read-only TFTP server (RFC 1350) with options (RFC 2347, 2348, 2349) and windows (RFC 7440).</summary>
public sealed class TftpServer(TftpServerOptions options, ITftpFiles files, ITftpObserver observer, TimeProvider time)
{
    private const int SolSocket = 1;
    private const int SoBindToDevice = 25;
    private const int StackBytes = 256 * 1024;
    private static readonly TimeSpan TickEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private static readonly Step Packet = static (transfer, packet, now) => transfer.Take(packet, now);

    private readonly ConcurrentDictionary<IPEndPoint, Session> _sessions = new();
    private readonly TaskCompletionSource<IPEndPoint> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DateTimeOffset _epoch = time.GetUtcNow();
    private readonly long _origin = time.GetTimestamp();
    private volatile bool _stopping;
    private volatile bool _closed;

    private sealed record Session(TftpTransfer Transfer, TftpRequest Asked, TftpRead Request, Socket Socket, bool OwnsSocket, DateTimeOffset Started);

    private delegate void Step(TftpTransfer transfer, ReadOnlySpan<byte> packet, DateTimeOffset now);

    /// <summary>Completes with the address that it listens on (the first interface's, where there are several).</summary>
    public Task<IPEndPoint> Ready => _ready.Task;

    // Does not jump when the wall clock is set, as it is on an appliance that has just started.
    private DateTimeOffset Now => _epoch + time.GetElapsedTime(_origin);

    /// <summary>Serves until cancelled; transfers under way then get a few seconds to end.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var sockets = new List<Socket>();
        try
        {
            try
            {
                foreach (var name in options.Interfaces.DefaultIfEmpty<string?>(null))
                    sockets.Add(Open(name));
                _ready.SetResult((IPEndPoint)sockets[0].LocalEndPoint!);
            }
            catch (Exception e)
            {
                _ready.SetException(e);
                throw;
            }

            foreach (var socket in sockets)
                new Thread(() => Listen(socket)) { Name = "tftp", IsBackground = true }.Start();
            await TickAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _closed = true;
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private async Task TickAsync(CancellationToken cancel)
    {
        using var timer = new PeriodicTimer(TickEvery, time);
        DateTimeOffset? end = null;
        while (await timer.WaitForNextTickAsync(CancellationToken.None).ConfigureAwait(false))
        {
            var now = Now;
            foreach (var (client, session) in _sessions)
                try
                {
                    Advance(client, session, static (t, _, now) => t.Tick(now));
                }
                catch (Exception e)
                {
                    observer.Dropped(client, $"internal error {e.GetType().Name}");
                }

            if (!cancel.IsCancellationRequested)
                continue;
            _stopping = true;
            if (!_sessions.IsEmpty && now < (end ??= now + Farewell))
                continue;
            foreach (var (client, session) in _sessions)
                Advance(client, session, static (t, _, _) => t.Break("the server stopped", "the server stops"));
            return;
        }
    }

    private Socket Open(string? name)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            if (name is not null)
            {
                socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                socket.SetRawSocketOption(SolSocket, SoBindToDevice, Encoding.ASCII.GetBytes(name + '\0'));
            }

            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.PacketInformation, true);
            socket.ReceiveBufferSize = 1 << 20;
            socket.Bind(new IPEndPoint(options.ListenAddress, options.Port));
            return socket;
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw new IOException(
                $"UDP port {options.Port}{(name is null ? "" : $" on {name}")} cannot be opened for TFTP: {e.Message}; find who has it with: ss -lunp sport = :{options.Port}", e);
        }
    }

    private void Listen(Socket socket)
    {
        var buffer = new byte[4096];
        while (!_closed)
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            try
            {
                var flags = SocketFlags.None;
                var length = socket.ReceiveMessageFrom(buffer, 0, buffer.Length, ref flags, ref from, out var information);
                Take(socket, buffer.AsSpan(0, length), (IPEndPoint)from, information.Address);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (SocketException)
            {
                if (_closed)
                    return;
                Thread.Sleep(1); // an unreachable client of an earlier answer
            }
            catch (Exception e)
            {
                observer.Dropped(from, $"internal error {e.GetType().Name}");
            }
        }
    }

    private void Take(Socket socket, ReadOnlySpan<byte> packet, IPEndPoint client, IPAddress serverAddress)
    {
        var isRequest = packet.Length >= 2 && packet[0] == 0 && packet[1] is (byte)TftpOpcode.ReadRequest or (byte)TftpOpcode.WriteRequest;
        if (_sessions.TryGetValue(client, out var session) && !isRequest)
        {
            if (!session.OwnsSocket)
                Advance(client, session, Packet, packet);
            return;
        }

        if (packet.Length >= 2 && packet[0] == 0 && packet[1] is (byte)TftpOpcode.Error or (byte)TftpOpcode.Acknowledgement)
        {
            if (packet[1] == (byte)TftpOpcode.Acknowledgement)
                Refuse(socket, client, TftpError.UnknownTransferId, "no such transfer");
            observer.Dropped(client, "belongs to no transfer");
        }
        else if (!TftpRequest.TryParse(packet, out var request, out var code, out var error))
        {
            observer.Dropped(client, error!);
            Refuse(socket, client, code, error!);
        }
        else if (_stopping)
            observer.Dropped(client, "the server stops");
        else if (session is null || GivesWay(client, session, request!))
            Begin(socket, request!, new TftpRead(request!.FileName, client, serverAddress));
    }

    // Firmware asks from a fixed port. The same request again is a copy of the one whose answer is on its way; another one, or the same
    // from a client that fell silent in mid-transfer, comes from a client that has forgotten the transfer.
    private bool GivesWay(IPEndPoint client, Session session, TftpRequest request)
    {
        lock (session)
            if (request == session.Asked && !session.Transfer.IsOver && !session.Transfer.IsStalled(Now))
                return false;
        Advance(client, session, static (t, _, _) => t.Abandon("the client asked anew"));
        return true;
    }

    private void Begin(Socket listening, TftpRequest request, TftpRead read)
    {
        if (request.IsWrite)
            Refuse(listening, read, TftpError.AccessViolation, "this server is read only");
        else if (_sessions.Count >= options.MostTransfers || _sessions.Keys.Count(c => c.Address.Equals(read.Client.Address)) >= options.MostTransfersPerClient)
            observer.Dropped(read.Client, "too many transfers"); // the client asks again
        else if (files.Open(read) is not { } file)
            Refuse(listening, read, TftpError.FileNotFound, "there is no such file");
        else if ((request.IsNetascii ? NetasciiText.From(file) : file) is not { } content)
            Refuse(listening, read, TftpError.NotDefined, "too large for mode netascii; use octet");
        else
            Start(listening, request, read, content);
    }

    private void Start(Socket listening, TftpRequest request, TftpRead read, TftpFile file)
    {
        if ((options.SinglePort ? listening : Connect(read)) is not { } socket)
        {
            file.Dispose();
            observer.Dropped(read.Client, "no socket for a transfer");
            return;
        }

        var transfer = new TftpTransfer(file, request, options, options.SinglePort ? packet => socket.SendTo(packet, read.Client) : packet => socket.Send(packet));
        var session = new Session(transfer, request, read, socket, !options.SinglePort, Now);
        _sessions[read.Client] = session;
        observer.Started(read, file.Length);
        Advance(read.Client, session, static (t, _, now) => t.Start(now));
        if (session.OwnsSocket)
            new Thread(() => Receive(session), StackBytes) { Name = "tftp transfer", IsBackground = true }.Start();
    }

    // A transfer has a port of its own (RFC 1350 §4), on the address that was asked. Connected, it hears its client alone.
    private Socket? Connect(TftpRead read)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(read.ServerAddress.Equals(IPAddress.Any) ? options.ListenAddress : read.ServerAddress, 0));
            socket.Connect(read.Client);
            return socket;
        }
        catch (SocketException)
        {
            // Asked at a broadcast address, which is not answered (RFC 1123 §4.2.3.5), or from one that has no route.
            socket.Dispose();
            return null;
        }
    }

    // A thread a transfer: woken once a block, it reads, sends and sleeps. An asynchronous receive wakes two threads a block, which is most of
    // what a block costs.
    private void Receive(Session session)
    {
        var buffer = new byte[2048];
        while (!session.Transfer.IsOver)
        {
            try
            {
                var length = session.Socket.Receive(buffer);
                Advance(session.Request.Client, session, Packet, buffer.AsSpan(0, length));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // The client's port is closed (ICMP) or the transfer is over; if not, the next timeout decides.
                if (!session.Transfer.IsOver)
                    Thread.Sleep(TickEvery);
            }
        }
    }

    private void Advance(IPEndPoint client, Session session, Step step, ReadOnlySpan<byte> packet = default)
    {
        var transfer = session.Transfer;
        lock (session)
        {
            if (transfer.IsOver)
                return;
            try
            {
                step(transfer, packet, Now);
            }
            catch (SocketException)
            {
                // The packet is lost; the timeout sends it again.
            }
            catch (Exception e)
            {
                // A file that cannot be read ends its own transfer, no other.
                Break(transfer, e);
            }

            if (!transfer.IsOver)
                return;
        }

        _sessions.TryRemove(KeyValuePair.Create(client, session));
        transfer.Dispose();
        if (session.OwnsSocket)
            session.Socket.Dispose();
        if (transfer.Failure is { } failure)
            observer.Failed(session.Request, failure, transfer.WasProbe);
        else
            observer.Finished(session.Request, transfer.Length, Now - session.Started);
    }

    private static void Break(TftpTransfer transfer, Exception why)
    {
        try
        {
            transfer.Break($"the file cannot be read: {why.Message}", "the file cannot be read");
        }
        catch (SocketException)
        {
            // Nobody to tell.
        }
    }

    private void Refuse(Socket socket, TftpRead read, TftpError code, string message)
    {
        observer.Failed(read, message, probe: false);
        if (options.SinglePort || Connect(read) is not { } own)
            Refuse(socket, read.Client, code, message);
        else
            using (own) // leaves from the address that was asked, as data would
                Refuse(own, read.Client, code, message);
    }

    private static void Refuse(Socket socket, IPEndPoint client, TftpError code, string message)
    {
        Span<byte> packet = stackalloc byte[256];
        try
        {
            socket.SendTo(packet[..TftpPackets.WriteError(packet, code, message)], client);
        }
        catch (SocketException)
        {
            // Nobody to tell.
        }
    }
}
