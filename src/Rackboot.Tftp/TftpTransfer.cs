using System.Buffers.Binary;

namespace Rackboot.Tftp;

/// <summary>One file on its way to one client: the rules, without a socket or a clock of its own.</summary>
internal sealed class TftpTransfer : IDisposable
{
    /// <summary>Sends one packet to the client.</summary>
    public delegate void Sender(ReadOnlySpan<byte> packet);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(16);

    private readonly TftpFile _file;
    private readonly Sender _send;
    private readonly byte[]? _optionAcknowledgement;
    private readonly byte[] _packet;
    private readonly int _window;
    private readonly TimeSpan _timeout;
    private readonly int _retries;
    private readonly bool _askedSize;

    // Blocks are counted without rolling over; the wire has their low 16 bits. Block 0 is the option acknowledgement.
    private readonly long _last;
    private long _acknowledged;
    private long _sent;
    private DateTimeOffset _heard;
    private int _attempts;
    private DateTimeOffset _due;

    public TftpTransfer(TftpFile file, TftpRequest request, TftpServerOptions options, Sender send)
    {
        (_file, _send, _retries) = (file, send, options.Retries);
        var blockBytes = Math.Min(request.BlockBytes ?? 512, Math.Max(512, options.MostBlockBytes));
        _window = Math.Min(request.Window ?? 1, options.MostWindow);
        var asked = request.TimeoutSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : (TimeSpan?)null;
        if (asked > options.MostTimeout)
            asked = null; // RFC 2349: an option that is not acknowledged is not in force
        _timeout = asked ?? options.Timeout;
        _askedSize = request.AsksSize;
        _packet = new byte[4 + blockBytes];
        _last = file.Length / blockBytes + 1; // a file that ends with a full block is followed by an empty one
        var accepted = new List<(string, long)>();
        if (request.BlockBytes is not null)
            accepted.Add(("blksize", blockBytes));
        if (request.AsksSize)
            accepted.Add(("tsize", file.Length));
        if (asked is not null)
            accepted.Add(("timeout", (long)asked.Value.TotalSeconds));
        if (request.Window is not null)
            accepted.Add(("windowsize", _window));
        _optionAcknowledgement = accepted.Count == 0 ? null : TftpPackets.OptionAcknowledgement(accepted);
        _acknowledged = _sent = _optionAcknowledgement is null ? 0 : -1;
    }

    public bool IsOver { get; private set; }

    /// <summary>Why it ended early; null if it has not, or ended well.</summary>
    public string? Failure { get; private set; }

    /// <summary>It ended because the client only wanted to know the size.</summary>
    public bool WasProbe { get; private set; }

    public long Length => _file.Length;

    public void Start(DateTimeOffset now) => SendWindow(now);

    /// <summary>Takes a packet from the client. Anything may come.</summary>
    public void Take(ReadOnlySpan<byte> packet, DateTimeOffset now)
    {
        if (IsOver || packet.Length < 4)
            return;
        var number = BinaryPrimitives.ReadUInt16BigEndian(packet[2..]);
        switch ((TftpOpcode)BinaryPrimitives.ReadUInt16BigEndian(packet))
        {
            case TftpOpcode.Acknowledgement:
                Acknowledge(number, now);
                break;
            case TftpOpcode.Error:
                Abandon($"the client gave up (error {number})");
                break;
        }
    }

    /// <summary>Sends again what was not acknowledged in time, or gives the client up.</summary>
    public void Tick(DateTimeOffset now)
    {
        if (IsOver || now < _due)
            return;
        if (++_attempts > _retries)
        {
            End($"the client fell silent after block {Math.Max(0, _acknowledged)} of {_last}");
            return;
        }

        _sent = _acknowledged;
        SendWindow(now);
    }

    /// <summary>The client had begun to take the file and has not been heard of for a while.</summary>
    public bool IsStalled(DateTimeOffset now) => _acknowledged > 0 && now - _heard >= _timeout;

    /// <summary>The client wants it no more.</summary>
    public void Abandon(string reason)
    {
        // Firmware asks for the size and aborts, then asks anew with a buffer of that size.
        WasProbe = _acknowledged <= 0 && _askedSize;
        End(reason);
    }

    /// <summary>The server cannot go on; the client is told so in few words.</summary>
    public void Break(string reason, string told)
    {
        End(reason);
        Span<byte> packet = stackalloc byte[256];
        _send(packet[..TftpPackets.WriteError(packet, TftpError.NotDefined, told)]);
    }

    public void Dispose() => _file.Dispose();

    // RFC 7440 §4: an acknowledgement inside the window moves its start there. One for what was acknowledged before is never answered with data,
    // or every block would go out twice from then on (RFC 1123 §4.2.3.1).
    private void Acknowledge(ushort number, DateTimeOffset now)
    {
        var step = (ushort)(number - (ushort)_acknowledged);
        if (step == 0 || step > _sent - _acknowledged)
            return;
        _acknowledged += step;
        _heard = now;
        _attempts = 0;
        if (_acknowledged == _last)
        {
            End(null);
            return;
        }

        _sent = _acknowledged;
        SendWindow(now);
    }

    private void SendWindow(DateTimeOffset now)
    {
        if (_acknowledged < 0)
        {
            _sent = 0;
            _send(_optionAcknowledgement);
        }
        else
            for (var end = Math.Min(_last, _acknowledged + _window); _sent < end && !IsOver;)
                SendBlock(++_sent);
        var wait = _timeout * (1 << Math.Min(_attempts, 4));
        _due = now + (wait > LongestWait ? Max(LongestWait, _timeout) : wait);
    }

    private void SendBlock(long block)
    {
        var data = _packet.AsSpan(4);
        var offset = (block - 1) * data.Length;
        var wanted = (int)Math.Min(data.Length, _file.Length - offset);
        var read = _file.Read(offset, data[..wanted]);
        if (read < wanted)
        {
            Break("the file became shorter while it was sent", "the file cannot be read");
            return;
        }

        BinaryPrimitives.WriteUInt16BigEndian(_packet, (ushort)TftpOpcode.Data);
        BinaryPrimitives.WriteUInt16BigEndian(_packet.AsSpan(2), (ushort)block);
        _send(_packet.AsSpan(0, 4 + read));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    private void End(string? failure) => (IsOver, Failure) = (true, failure);
}
