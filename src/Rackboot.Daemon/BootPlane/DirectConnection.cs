using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Rackboot.Daemon.BootPlane;

/// <summary>A connection whose answers go straight to its socket. What was flushed is with the kernel, so the kernel itself can send a whole file
/// behind it (sendfile): the framework copies every byte of a file twice, which is most of what serving it costs.</summary>
internal sealed class DirectConnection : PipeWriter, IDuplexPipe
{
    private const int TcpCork = 3;
    private const int TcpUserTimeout = 18;
    private const int MostSilence = 120_000;

    private static readonly byte[] Counted = new byte[1];

    private readonly ConnectionContext _connection;
    private readonly Socket _socket;
    private readonly PipeReader _input;
    private readonly PipeWriter _copied;
    private readonly NetworkStream _stream;
    private string? _file;

    private DirectConnection(ConnectionContext connection, Socket socket)
    {
        (_connection, _socket, _input) = (connection, socket, connection.Transport.Input);
        // A machine that loses its power in the middle of a file says nothing: its connection ends after two minutes and not after fifteen.
        _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpUserTimeout, BitConverter.GetBytes(MostSilence));
        _stream = new NetworkStream(socket, ownsSocket: false);
        _copied = Create(_stream, new StreamPipeWriterOptions(minimumBufferSize: 16 * 1024, leaveOpen: true));
    }

    PipeReader IDuplexPipe.Input => _input;

    PipeWriter IDuplexPipe.Output => this;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _copied.UnflushedBytes;

    /// <summary>Makes the connections of <paramref name="listen"/> direct ones; requests find theirs among their features.</summary>
    public static void Use(ListenOptions listen) =>
        listen.Use(next => async connection =>
        {
            if (connection.Features.Get<IConnectionSocketFeature>() is not { } feature)
            {
                await next(connection).ConfigureAwait(false);
                return;
            }

            var transport = connection.Transport;
            var direct = new DirectConnection(connection, feature.Socket);
            connection.Transport = direct;
            connection.Features.Set(direct);
            try
            {
                await next(connection).ConfigureAwait(false);
            }
            finally
            {
                connection.Transport = transport;
                await direct._stream.DisposeAsync().ConfigureAwait(false);
            }
        });

    /// <summary>Has the kernel send the whole of the file <paramref name="path"/> of <paramref name="length"/> bytes as what is written next to
    /// <paramref name="response"/>, which counts it.</summary>
    public async Task SendAsync(PipeWriter response, string path, long length, CancellationToken cancel)
    {
        Cork(true);
        await response.FlushAsync(cancel).ConfigureAwait(false);
        _file = path;
        for (int part; length > 0; length -= part)
        {
            part = (int)Math.Min(length, 1 << 30);
            response.GetMemory();
            response.Advance(part);
        }

        await response.FlushAsync(cancel).ConfigureAwait(false);
        Cork(false);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _file is null ? _copied.GetMemory(sizeHint) : Counted;

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_file is null)
            _copied.Advance(bytes);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var file = _file;
        _file = null;
        try
        {
            if (file is null)
                return await _copied.FlushAsync(cancellationToken).ConfigureAwait(false);
            await _socket.SendFileAsync(file, default, default, TransmitFileOptions.UseDefaultWorkerThread, cancellationToken).ConfigureAwait(false);
            return default;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or UnauthorizedAccessException or OperationCanceledException)
        {
            // The client is gone, or the file is: the answer cannot be completed, and its connection means nothing any more.
            if (file is not null)
                _connection.Abort(new ConnectionAbortedException("a file could not be sent whole"));
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    // tcp(7): the headers leave in one segment with the beginning of the file, and not in one of their own.
    private void Cork(bool corked)
    {
        try
        {
            _socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpCork, BitConverter.GetBytes(corked ? 1 : 0));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client is gone, as the next write will find.
        }
    }

    public override void CancelPendingFlush() => _copied.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => _copied.Complete(exception);
}
