using System.Buffers.Binary;

namespace Rackboot.Tftp;

/// <summary>One file on its way to one client: the rules, without a socket or a clock of its own.</summary>
internal sealed class TftpTransfer : IDisposable
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(16);

    private readonly TftpFile _file;
    private readonly byte[]? _optionAcknowledgement;
    private readonly int _blockBytes;
    private readonly int _window;
    private readonly TimeSpan _timeout;
    private readonly int _retries;
    private readonly bool _askedSize;

    // Blocks are counted without rolling over; the wire has their low 16 bits. Block 0 is the option acknowledgement.
    private readonly long _last;
    private long _acknowledged;
    private long _sent;
    private long _repeated;
    private int _attempts;

    public TftpTransfer(TftpFile file, TftpRequest request, TftpServerOptions options)
    {
        (_file, _retries) = (file, options.Retries);
        _blockBytes = Math.Min(request.BlockBytes ?? 512, Math.Max(512, options.MostBlockBytes));
        _window = Math.Min(request.Window ?? 1, options.MostWindow);
        var asked = request.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        if (asked > options.MostTimeout)
            asked = null; // RFC 2349: an option that is not acknowledged is not in force
        _timeout = asked ?? options.Timeout;
        _askedSize = request.AsksSize;
        _last = file.Length / _blockBytes + 1; // a file that ends with a full block is followed by an empty one
        var accepted = new List<(string, long)>();
        if (request.BlockBytes is not null)
            accepted.Add(("blksize", _blockBytes));
        if (request.AsksSize)
            accepted.Add(("tsize", file.Length));
        if (asked is not null)
            accepted.Add(("timeout", (long)asked.Value.TotalSeconds));
        if (request.Window is not null)
            accepted.Add(("windowsize", _window));
        _optionAcknowledgement = accepted.Count == 0 ? null : TftpPackets.OptionAcknowledgement(accepted);
        _acknowledged = _sent = _optionAcknowledgement is null ? 0 : -1;
        _repeated = -4L * _window;
    }

    public bool IsOver { get; private set; }

    /// <summary>Why it ended early; null if it has not, or ended well.</summary>
    public string? Failure { get; private set; }

    /// <summary>It ended because the client only wanted to know the size.</summary>
    public bool WasProbe { get; private set; }

    /// <summary>The client has acknowledged something: it is there, and its address is not forged.</summary>
    public bool WasAcknowledged { get; private set; }

    /// <summary>When the client was last heard of.</summary>
    public DateTimeOffset Heard { get; private set; }

    /// <summary>When blocks have to be sent again.</summary>
    public DateTimeOffset Due { get; private set; }

    public long Length => _file.Length;

    /// <summary>How far it has come.</summary>
    public TftpProgress Progress =>
        new(Math.Clamp(_acknowledged * _blockBytes, 0, _file.Length), _file.Length, _blockBytes, WasAcknowledged);

    /// <summary>The last block is on its way.</summary>
    public bool SentAll => _sent == _last;

    public void Start(DateTimeOffset now, ITransferOutput output)
    {
        Heard = now;
        SendWindow(now, output);
    }

    /// <summary>Takes a packet from the client. Anything may come.</summary>
    public void Take(ReadOnlySpan<byte> packet, DateTimeOffset now, ITransferOutput output)
    {
        if (IsOver || packet.Length < 4)
            return;
        var number = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        switch ((TftpOpcode)BinaryPrimitives.ReadUInt16BigEndian(packet))
        {
            case TftpOpcode.Acknowledgement:
                Acknowledge(number, now, output);
                break;
            case TftpOpcode.Error:
                Abandon($"the client gave up (error {number})");
                break;
        }
    }

    /// <summary>Sends again what was not acknowledged in time, or gives the client up.</summary>
    public void Tick(DateTimeOffset now, ITransferOutput output)
    {
        if (IsOver || now < Due)
            return;
        if (++_attempts > _retries)
        {
            End($"the client fell silent after block {Math.Max(0, _acknowledged)} of {_last}");
            return;
        }

        _sent = _acknowledged;
        SendWindow(now, output);
    }

    /// <summary>Its next blocks are being read from the disk: the client is not silent, it has nothing to answer.</summary>
    public void Wait(DateTimeOffset now) => Due = now + _timeout;

    /// <summary>The block <paramref name="first"/> and those after it did not leave.</summary>
    public void Unsent(long first) => _sent = Math.Max(_acknowledged, Math.Min(_sent, first - 1));

    /// <summary>Goes on with what did not leave.</summary>
    public void Continue(ITransferOutput output)
    {
        if (!IsOver && _acknowledged >= 0)
            SendBlocks(output);
    }

    /// <summary>The client had begun to take the options or the file, and has not been heard of for a while.</summary>
    public bool IsStalled(DateTimeOffset now) => WasAcknowledged && now - Heard >= _timeout;

    /// <summary>The client wants it no more.</summary>
    public void Abandon(string reason)
    {
        // Firmware asks for the size and aborts, then asks again with a buffer of that size.
        WasProbe = _acknowledged <= 0 && _askedSize;
        End(reason);
    }

    /// <summary>Its place goes to another.</summary>
    public void GiveWay() =>
        End("it gave way to another transfer" + (WasAcknowledged ? " after a long silence" : ": nothing was acknowledged"));

    /// <summary>The server cannot go on; the client is told so in few words.</summary>
    public void Break(string reason, string told, ITransferOutput output)
    {
        End(reason);
        Span<byte> packet = stackalloc byte[256];
        output.Send(packet[..TftpPackets.WriteError(packet, TftpError.NotDefined, told)]);
    }

    public void Dispose() => _file.Dispose();

    // RFC 7440 §4: an acknowledgement inside the window moves its start there. One for what was acknowledged before is not answered with
    // data, or every block would go out twice from then on (RFC 1123 §4.2.3.1).
    private void Acknowledge(ushort number, DateTimeOffset now, ITransferOutput output)
    {
        var step = (ushort)(number - (ushort)_acknowledged);
        if (step > _sent - _acknowledged || (step == 0 && !BeginningWasLost()))
            return;
        if (step == 0)
            _repeated = _acknowledged;
        else
            _attempts = 0;
        _acknowledged += step;
        WasAcknowledged = true;
        Heard = now;
        if (_acknowledged == _last)
        {
            End(null);
            return;
        }

        _sent = _acknowledged;
        SendWindow(now, output);
    }

    // RFC 7440 §4: a client that misses the first block of a window acknowledges the one before it again. A copy of an acknowledgement
    // looks the same: it is taken at its word once in three windows, so that no copy begets copies.
    private bool BeginningWasLost() => _window > 1 && WasAcknowledged && _sent > _acknowledged && _acknowledged - _repeated > 2L * _window;

    private void SendWindow(DateTimeOffset now, ITransferOutput output)
    {
        var wait = _timeout * (1 << Math.Min(_attempts, 4));
        Due = now + (wait > LongestWait ? Max(LongestWait, _timeout) : wait);
        if (_acknowledged >= 0)
        {
            SendBlocks(output);
            return;
        }

        _sent = 0;
        output.Send(_optionAcknowledgement);
    }

    private void SendBlocks(ITransferOutput output)
    {
        var first = _sent + 1;
        _sent = Math.Min(_last, _acknowledged + _window);
        if (first <= _sent)
            output.SendBlocks(_file, _blockBytes, first, _sent); // which may find at once that it has no room (Unsent)
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void End(string? failure) => (IsOver, Failure) = (true, failure);
}
