using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A connection of the boot plane, answered in the thread of its event loop without waking another
/// thread.</summary>
internal sealed class EventConnection : DefaultConnectionContext, IDuplexPipe
{
    private const int TcpUserTimeout = 18;
    private const int MostSilence = 120_000;
    private const int ReceiveBytes = 4096;

    // How it ends, as bits: the client sends no more; nothing can be sent to it; the waiter for that was informed.
    private const int Said = 1;
    private const int Gone = 2;
    private const int Told = 4;

    // A client that closed its half may still wait for its answer, or be gone: without sent bytes or a pending answer for this long,
    // it is gone.
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(10);

    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 64 * 1024,
        resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);

    private readonly Socket _socket;
    private readonly EventLoop _loop;
    private readonly Pipe _input = new(Inline);
    private readonly DirectWriter _output;
    private readonly Readiness _readable = new();
    private readonly Readiness _writable = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _receiving;
    private readonly long _registration;
    private readonly ConnectionPlaces _places;
    private readonly Pace _pace = new(Environment.TickCount64);
    private volatile bool _ending;
    private volatile bool _disposed;
    private int _end;

    public EventConnection(Socket socket, EventLoop loop, ConnectionPlaces places, ConnectionDevice? device = null)
        : base($"{socket.RemoteEndPoint}")
    {
        (_socket, _loop, _places) = (socket, loop, places);
        socket.Blocking = false;
        socket.NoDelay = true;
        // A machine that loses power during a transfer sends nothing: end its connection after two minutes instead of fifteen.
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(MostSilence));
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        Source = ((IPEndPoint)socket.RemoteEndPoint!).Address;
        _output = new DirectWriter(this, socket, _writable, _pace);
        Transport = this;
        Features.Set(_output);
        Features.Set(device);
        ConnectionClosed = _closed.Token;
        _receiving = ReceiveAsync();
        _registration = loop.Add(socket.SafeHandle, this);
        places.Enter(this);
    }

    /// <summary>The client's address.</summary>
    public IPAddress Source { get; }

    public Pace Pace => _pace;

    /// <summary>Whether the client is a machine; for <see cref="ConnectionPlaces"/>, like <see cref="Place"/>.</summary>
    public bool IsExpected { get; set; }

    /// <summary>Its index among all connections that have a place; -1 without one.</summary>
    public int Place { get; set; } = -1;

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Resumes waiters for <paramref name="events"/> (of epoll_ctl(2)), in the thread of the loop.</summary>
    public void Ready(int events)
    {
        const int Ended = EpollReadHangUp | EpollHangUp | EpollError;
        if ((events & Ended) != 0)
            _ending = true;
        if ((events & (EpollHangUp | EpollError)) != 0)
            Note(Gone);
        if ((events & (EpollOut | EpollHangUp | EpollError)) != 0)
            _writable.Say();
        if ((events & (EpollIn | Ended)) != 0)
            _readable.Say();
    }

    public override void Abort(ConnectionAbortedException abortReason) => ShutDown();

    public override async ValueTask DisposeAsync()
    {
        _disposed = true;
        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        ShutDown();
        await _receiving.ConfigureAwait(false); // only this method receives, so the socket stays valid
        _loop.Remove(_registration);
        _socket.Dispose();
        _places.Leave(this);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        var input = _input.Writer;
        await _readable.WaitAsync().ConfigureAwait(false);
        while (true)
        {
            var room = input.GetMemory(ReceiveBytes);
            var received = _socket.Receive(room.Span, SocketFlags.None, out var error);
            if (error is not (SocketError.Success or SocketError.WouldBlock))
            {
                Note(Gone);
                break;
            }

            if (error == SocketError.Success && received == 0)
                break;
            _pace.Moved(received, Environment.TickCount64);
            input.Advance(received);
            if (received > 0 && (await input.FlushAsync().ConfigureAwait(false)).IsCompleted)
                break;
            // epoll(7): a short read means that the buffer is empty and that new data raises an event; except for the end, which may
            // have been reported before.
            if (received < room.Length && (!_ending || error == SocketError.WouldBlock))
                await _readable.WaitAsync().ConfigureAwait(false);
        }

        await input.CompleteAsync().ConfigureAwait(false);
        Note(Said);
        if (!_disposed && (Volatile.Read(ref _end) & Told) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static connection => _ = connection.WaitForAnswerAsync(), this, preferLocal: false);
    }

    // RFC 9112 §9.6: a client may close its half of the connection after its request and wait for the answer. Only sending
    // shows whether it does: the kernel then reports a client that is gone.
    private async Task WaitForAnswerAsync()
    {
        for (var moved = -1L; !_disposed && (_output.IsSending || moved != _output.Sent);)
        {
            moved = _output.Sent;
            await Task.Delay(AnswerWithin).ConfigureAwait(false);
        }

        Note(Gone);
    }

    private void Note(int what)
    {
        var now = Interlocked.Or(ref _end, what) | what;
        if ((now & (Said | Gone)) == (Said | Gone) && (Interlocked.Or(ref _end, Told) & Told) == 0)
            ThreadPool.UnsafeQueueUserWorkItem(static connection => connection.SayClosed(), this, preferLocal: false);
    }

    private void ShutDown()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client was faster.
        }

        _ending = true;
        Note(Gone);
        _writable.Say();
        _readable.Say();
    }

    private void SayClosed()
    {
        try
        {
            _closed.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // No client is left to receive it.
        }
        catch (AggregateException e)
        {
            _loop.Report(e);
        }
    }
}
