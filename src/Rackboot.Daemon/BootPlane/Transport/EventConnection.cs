using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A connection of the boot plane: what it receives is answered in the thread of its event loop, with no other thread woken in between.</summary>
internal sealed class EventConnection : DefaultConnectionContext, IDuplexPipe
{
    private const int TcpUserTimeout = 18;
    private const int MostSilence = 120_000;
    private const int ReceiveBytes = 4096;

    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 64 * 1024, resumeWriterThreshold: 32 * 1024, useSynchronizationContext: false);

    private readonly Socket _socket;
    private readonly EventLoop _loop;
    private readonly Pipe _input = new(Inline);
    private readonly DirectWriter _output;
    private readonly Readiness _readable = new();
    private readonly Readiness _writable = new();
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _receiving;
    private readonly long _registration;
    private volatile bool _ending;

    public EventConnection(Socket socket, EventLoop loop, ConnectionDevice? device = null)
        : base($"{socket.RemoteEndPoint}")
    {
        (_socket, _loop) = (socket, loop);
        socket.Blocking = false;
        socket.NoDelay = true;
        // A machine that loses its power in the middle of a file says nothing: its connection ends after two minutes and not after fifteen.
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(MostSilence));
        (LocalEndPoint, RemoteEndPoint) = (socket.LocalEndPoint, socket.RemoteEndPoint);
        _output = new DirectWriter(this, socket, _writable);
        Transport = this;
        Features.Set(_output);
        Features.Set(device);
        ConnectionClosed = _closed.Token;
        _receiving = ReceiveAsync();
        _registration = loop.Add(socket.SafeHandle, this);
    }

    PipeReader IDuplexPipe.Input => _input.Reader;

    PipeWriter IDuplexPipe.Output => _output;

    /// <summary>Goes on with what waited for <paramref name="events"/> (of epoll_ctl(2)), in the thread of the loop.</summary>
    public void Ready(int events)
    {
        const int Ended = LinuxCalls.EpollReadHangUp | LinuxCalls.EpollHangUp | LinuxCalls.EpollError;
        if ((events & Ended) != 0)
            _ending = true;
        if ((events & (LinuxCalls.EpollOut | LinuxCalls.EpollHangUp | LinuxCalls.EpollError)) != 0)
            _writable.Say();
        if ((events & (LinuxCalls.EpollIn | Ended)) != 0)
            _readable.Say();
    }

    public override void Abort(ConnectionAbortedException abortReason) => ShutDown();

    public override async ValueTask DisposeAsync()
    {
        await _input.Reader.CompleteAsync().ConfigureAwait(false);
        ShutDown();
        await _receiving.ConfigureAwait(false); // it alone receives: the socket is not taken from under it
        _loop.Remove(_registration);
        _socket.Dispose();
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
            if (error is not (SocketError.Success or SocketError.WouldBlock) || (error == SocketError.Success && received == 0))
                break;
            input.Advance(received);
            if (received > 0 && (await input.FlushAsync().ConfigureAwait(false)).IsCompleted)
                break;
            // epoll(7): a short read means that there was no more, and that more will be told; except for the end, which may have been told before.
            if (received < room.Length && (!_ending || error == SocketError.WouldBlock))
                await _readable.WaitAsync().ConfigureAwait(false);
        }

        await input.CompleteAsync().ConfigureAwait(false);
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
            // The client was quicker.
        }

        _ending = true;
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
            // Nobody is left to hear it.
        }
        catch (AggregateException e)
        {
            _loop.Report(e);
        }
    }
}
