using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Writes answers straight to the socket. What was flushed is with the kernel, so a file can follow it without passing through
/// buffers: the framework copies every byte of a file twice, which is most of what serving it costs.</summary>
internal sealed class DirectWriter(ConnectionContext connection, Socket socket, Readiness writable, Pace pace) : PipeWriter
{
    private const int MostKept = 64 * 1024;

    // A file of up to this size is sent in one call: each gap is a chance to be descheduled.
    private const int WholeBytes = 1 << 20;

    // A larger file is sent in pieces that fit the core's cache, so that bytes leave soon after they are read.
    private const int PieceBytes = 256 * 1024;

    private static readonly byte[] Counted = new byte[1];

    private ArrayBufferWriter<byte> _written = new();
    private ArrayBufferWriter<byte>? _spare;
    private ReadOnlyMemory<byte>? _piece;
    private bool _more; // the headers leave in one segment with the beginning of the file, and not in one of their own

    private long _sent;
    private volatile bool _isSending;

    /// <summary>Bytes that the kernel has taken.</summary>
    public long Sent => Volatile.Read(ref _sent);

    /// <summary>Counts what the client acknowledges; outlives the connection.</summary>
    public Acknowledgements Watch() => new(socket.SafeHandle);

    /// <summary>Something waits for room at the client.</summary>
    public bool IsSending => _isSending;

    /// <summary>An answer was sent only in part, so no other follows.</summary>
    public bool IsBroken { get; private set; }

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _written.WrittenCount;

    /// <summary>Sends <paramref name="count"/> bytes of <paramref name="file"/> as what is written next to <paramref name="response"/>,
    /// which counts them.</summary>
    public async Task SendAsync(PipeWriter response, MappedFile file, long offset, long count, CancellationToken cancel)
    {
        _more = count > 0;
        var flushed = await response.FlushAsync(cancel).ConfigureAwait(false);
        _more = false;
        var most = count <= WholeBytes ? WholeBytes : PieceBytes;
        for (var end = offset + count; offset < end && !flushed.IsCompleted;)
        {
            var piece = file.Piece(offset, (int)Math.Min(most, end - offset));
            if (!file.IsInMemory(piece))
                await DiskReaders.BringAsync(file, piece).ConfigureAwait(false);
            _piece = piece;
            response.GetMemory();
            response.Advance(piece.Length);
            flushed = await response.FlushAsync(cancel).ConfigureAwait(false); // one piece at a time: each has a time limit
            offset += piece.Length;
        }
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _piece is null ? _written.GetMemory(sizeHint) : Counted;

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override void Advance(int bytes)
    {
        if (_piece is null)
            _written.Advance(bytes);
    }

    public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        var piece = _piece;
        _piece = null;
        try
        {
            if (piece is { } bytes)
                await SendAsync(bytes, flags: 0).ConfigureAwait(false);
            else if (_written.WrittenCount > 0)
                await SendWrittenAsync().ConfigureAwait(false);
            return default;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The client, or a part of the file, is gone: the answer cannot be completed, and the connection is useless.
            IsBroken = true;
            connection.Abort(new ConnectionAbortedException("an answer was only partly sent"));
            return new FlushResult(isCanceled: false, isCompleted: true);
        }
    }

    public override void CancelPendingFlush()
    {
        // Not supported; a flush that takes too long ends with its connection.
    }

    public override void Complete(Exception? exception = null)
    {
        // Discards unflushed bytes; the connection ends itself.
    }

    // While these bytes wait for room more may be written, to the other buffer.
    private async ValueTask SendWrittenAsync()
    {
        var sending = _written;
        (_written, _spare) = (_spare ?? new ArrayBufferWriter<byte>(), null);
        await SendAsync(sending.WrittenMemory, _more ? LinuxCalls.MoreFollows : 0).ConfigureAwait(false);
        sending.ResetWrittenCount();
        if (sending.Capacity <= MostKept)
            _spare = sending;
    }

    private async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, int flags)
    {
        while (true)
        {
            var sent = Send(socket.SafeHandle, bytes.Span, bytes.Length, flags);
            if (sent > 0)
            {
                Volatile.Write(ref _sent, _sent + sent);
                pace.Moved(sent, Environment.TickCount64);
            }

            if (sent == bytes.Length)
                return;
            if (sent > 0)
                bytes = bytes[(int)sent..];
            else
                await AgainAsync().ConfigureAwait(false);
        }
    }

    // After a call without progress: waits until a retry makes sense.
    private ValueTask AgainAsync() =>
        Marshal.GetLastPInvokeError() switch
        {
            TryAgain => RoomAsync(),
            Interrupted => default,
            var error => throw new IOException(Marshal.GetPInvokeErrorMessage(error)),
        };

    private async ValueTask RoomAsync()
    {
        _isSending = true;
        await writable.WaitAsync().ConfigureAwait(false);
        _isSending = false;
    }
}
