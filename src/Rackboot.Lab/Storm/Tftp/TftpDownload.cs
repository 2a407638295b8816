using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Rackboot.Lab.Storm.Tftp;

/// <summary>A client that downloads a file by TFTP (RFC 1350, 2347, 2348, 7440) and compares every byte.</summary>
/// <param name="number">Of the client, in its sockets.</param>
/// <param name="over">Is told the end: null, or why it failed.</param>
internal sealed class TftpDownload(TftpOrder order, int number, TftpTally tally, Action<string?> over)
{
    private static readonly long Second = Stopwatch.Frequency;

    private readonly byte[] _request = Request(order);
    private readonly byte[] _answer = new byte[4];
    private ushort _peer;
    private long _expected;
    private long _sinceAcknowledged;
    private int _blockBytes;
    private int _window;
    private int _tries;
    private long _asked;
    private long _deadline;
    private bool _gapTold;

    public bool IsOver { get; private set; }

    public void Begin(long now, ClientSockets sockets)
    {
        (_peer, _expected, _sinceAcknowledged, _blockBytes, _window, _tries, _gapTold) = (0, 1, 0, 512, 1, 0, false);
        (_asked, _deadline) = (now, now + (long)(order.Timeout.TotalSeconds * Second));
        sockets.Send(number, 0, _request);
    }

    /// <summary>Sends again what was not answered in time.</summary>
    public void Tick(long now, ClientSockets sockets)
    {
        if (IsOver || now < _deadline)
            return;
        if (++_tries > order.Tries)
        {
            Fail($"no answer after block {_expected - 1}");
            return;
        }

        tally.Repeated++;
        _deadline = now + (long)(order.Timeout.TotalSeconds * Second);
        if (_peer == 0)
            sockets.Send(number, 0, _request);
        else
            Acknowledge(sockets);
    }

    public void Take(ReadOnlySpan<byte> packet, ushort from, long now, ClientSockets sockets)
    {
        if (IsOver || packet.Length < 4 || (_peer != 0 && from != _peer))
        {
            tally.Strays++;
            return;
        }

        var opcode = packet[1];
        if (_peer == 0 && opcode is 3 or 6)
            (_peer, _) = (from, tally.FirstAnswers.Add(now - _asked));
        if (opcode == 3)
            TakeBlock(packet, now, sockets);
        else if (opcode == 6 && _expected == 1)
            TakeOptions(packet[2..], now, sockets);
        else if (opcode == 5)
        {
            Fail("ERROR " + Encoding.ASCII.GetString(packet[4..]).TrimEnd('\0'));
        }
    }

    private void TakeBlock(ReadOnlySpan<byte> packet, long now, ClientSockets sockets)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) != (ushort)_expected)
        {
            // RFC 7440 §4: what is missing is asked for by acknowledging the last block before it, once.
            tally.OutOfOrder++;
            if (!_gapTold && _window > 1 && (short)(BinaryPrimitives.ReadUInt16BigEndian(packet[2..]) - (ushort)_expected) > 0)
            {
                _gapTold = true;
                Acknowledge(sockets);
            }

            return;
        }

        var data = packet[4..];
        var offset = (_expected - 1) * _blockBytes;
        if (offset + data.Length > order.Content.Length || !order.Content.AsSpan((int)offset, data.Length).SequenceEqual(data))
        {
            Fail($"wrong bytes in block {_expected}");
            return;
        }

        (_gapTold, _tries, _deadline) = (false, 0, now + (long)(order.Timeout.TotalSeconds * Second));
        _expected++;
        tally.Blocks++;
        var isLast = data.Length < _blockBytes;
        if (++_sinceAcknowledged >= _window || isLast)
            Acknowledge(sockets);
        if (!isLast)
            return;
        if (offset + data.Length != order.Content.Length)
        {
            Fail($"ends after {offset + data.Length} bytes");
            return;
        }

        tally.Succeed(data.Length + offset, now - _asked);
        IsOver = true;
        over(null);
    }

    private void TakeOptions(ReadOnlySpan<byte> text, long now, ClientSockets sockets)
    {
        var words = Encoding.ASCII.GetString(text).Split('\0');
        for (var i = 0; i + 1 < words.Length; i += 2)
            if (words[i] == "blksize")
                _blockBytes = int.Parse(words[i + 1], CultureInfo.InvariantCulture);
            else if (words[i] == "windowsize")
                _window = int.Parse(words[i + 1], CultureInfo.InvariantCulture);
        (_tries, _deadline) = (0, now + (long)(order.Timeout.TotalSeconds * Second));
        Acknowledge(sockets);
    }

    private void Acknowledge(ClientSockets sockets)
    {
        _sinceAcknowledged = 0;
        (_answer[1], _answer[2], _answer[3]) = (4, (byte)(_expected - 1 >> 8), (byte)(_expected - 1));
        sockets.Send(number, _peer, _answer);
    }

    private void Fail(string why)
    {
        tally.Fail(why);
        IsOver = true;
        over(why);
    }

    private static byte[] Request(TftpOrder order)
    {
        var options = $"blksize\0{order.BlockBytes}\0tsize\00\0" + (order.Window > 0 ? $"windowsize\0{order.Window}\0" : "");
        return [0, 1, .. Encoding.ASCII.GetBytes($"{order.File}\0octet\0{options}")];
    }
}
