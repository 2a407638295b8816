using Rackboot.Tftp.Transport;

namespace Rackboot.Tftp;

/// <summary>What one loop does with packets and with time: begins transfers, brings each packet to its transfer, and ends them.</summary>
internal sealed class TransferDesk(
    TftpServerOptions options, int loops, ITftpFiles files, ITftpObserver observer, LoopClock clock, Outbox outbox)
{
    private const long ToldEvery = 64 * 1024;

    // Firmware gives up after a minute at most.
    private static readonly TimeSpan MostReading = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);
    private static readonly Step Start = static (transfer, _, now, output) => transfer.Start(now, output);
    private static readonly Step Packet = static (transfer, packet, now, output) => transfer.Take(packet, now, output);
    private static readonly Step Tick = static (transfer, _, now, output) => transfer.Tick(now, output);
    private static readonly Step GoOn = static (transfer, _, _, output) => transfer.Continue(output);
    private static readonly Step AskedAnew = static (transfer, _, _, _) => transfer.Abandon("the client asked again");
    private static readonly Step GiveWay = static (transfer, _, _, _) => transfer.GiveWay();
    private static readonly Step Stop = static (transfer, _, _, output) => transfer.Break("the server stopped", "the server stops", output);
    private static readonly Step Cut = static (transfer, _, _, output) =>
        transfer.Break("the file cannot be read: it became shorter while it was sent", "the file cannot be read", output);

    private static readonly Step Wait = static (transfer, _, now, _) => transfer.Wait(now);
    private static readonly Step Unread = static (transfer, _, _, output) =>
        transfer.Break($"the disk did not yield the file within {MostReading.TotalMinutes:0} minutes", "the file cannot be read", output);

    private readonly Places _places = new((options.MostTransfers + loops - 1) / loops, options.MostTransfersPerClient, options.Timeout * 3);
    private readonly DeadlineWheel _wheel = new(clock.Now);
    private DateTimeOffset _now = clock.Now;
    private DateTimeOffset? _end;

    private delegate void Step(TftpTransfer transfer, ReadOnlySpan<byte> packet, DateTimeOffset now, ITransferOutput output);

    public bool IsIdle => _places.Count == 0;

    /// <summary>Reads the clock: what follows happens now.</summary>
    public DateTimeOffset Look() => _now = clock.Now;

    /// <summary>The server stops: nothing more begins.</summary>
    /// <returns>Nothing is under way any more; what was has had time enough, or is broken off.</returns>
    public bool HasEnded()
    {
        _end ??= clock.Now + Farewell;
        if (!IsIdle && clock.Now < _end)
            return false;
        foreach (var session in _places.All.ToList())
            Advance(session, Stop);
        outbox.Flush();
        return true;
    }

    /// <summary>Takes a packet that came to <paramref name="port"/>. Any may come; none throws.</summary>
    /// <param name="broadcast">It was sent to no address of ours alone.</param>
    public void Take(UdpPort port, ReadOnlySpan<byte> packet, Peer peer, bool broadcast)
    {
        try
        {
            var key = (ulong)port.Door.Network << 48 | (ulong)peer.Port << 32 | peer.Address;
            var session = _places.Find(key);
            var opcode = packet.Length >= 2 && packet[0] == 0 ? (TftpOpcode)packet[1] : 0;
            if (broadcast)
                observer.Dropped(peer.EndPoint, "asked at a broadcast address"); // RFC 1123 §4.2.3.5
            else if (port.IsListening && opcode is TftpOpcode.ReadRequest or TftpOpcode.WriteRequest)
                Ask(port, session, key, packet, peer);
            else if (session is not null && session.Port == port)
                Advance(session, Packet, packet);
            else
                RefuseStray(port, opcode, packet, peer);
        }
        catch (Exception e)
        {
            observer.Dropped(peer.EndPoint, $"internal error {e.GetType().Name}");
        }
    }

    /// <summary>Goes on with a transfer whose blocks did not leave.</summary>
    public void Continue(TransferSession session)
    {
        session.IsWaiting = false;
        Advance(session, GoOn);
    }

    /// <summary>More of a file is in memory: goes on with the transfers that wait for the disk.</summary>
    public void GoOnReading()
    {
        foreach (var session in outbox.Reading.ToList())
        {
            outbox.Reading.Remove(session);
            Advance(session, GoOn);
            if (!outbox.Reading.Contains(session))
                session.Reading = null;
        }

        Flush();
    }

    /// <summary>Sends what the packets since the last call were answered with.</summary>
    public void Flush()
    {
        outbox.Flush();
        while (outbox.Refused.TryDequeue(out var session))
        {
            Advance(session, session.FileWasCut ? Cut : GoOn);
            outbox.Flush();
        }
    }

    /// <summary>Sends again what was not acknowledged in time, and gives up clients that are silent for long.</summary>
    public void SendAgain()
    {
        _now = clock.Now;
        while (_wheel.Take(_now) is { } session)
        {
            Advance(session, !outbox.Reading.Contains(session) ? Tick : IsReadTooLong(session) ? Unread : Wait);
            if (!session.Transfer.IsOver)
                _wheel.Put(session);
        }

        Flush();
    }

    private bool IsReadTooLong(TransferSession session) => _now - (session.Reading ??= _now) > MostReading;

    // RFC 1350 §4: an error is sent to the source of a packet that belongs to no transfer, and the transfer that it was sent to goes on
    // undisturbed.
    private void RefuseStray(UdpPort port, TftpOpcode opcode, ReadOnlySpan<byte> packet, Peer peer)
    {
        var (code, message) = (TftpError.UnknownTransferId, "no such transfer");
        var mayBeRequest = port.IsListening && opcode is not (TftpOpcode.Acknowledgement or TftpOpcode.Error);
        if (mayBeRequest && !TftpRequest.TryParse(packet, out _, out code, out var error))
            message = error!;
        observer.Dropped(peer.EndPoint, code == TftpError.UnknownTransferId ? "belongs to no transfer" : message);
        if (opcode != TftpOpcode.Error)
            Refuse(port, peer, code, message);
    }

    private void Ask(UdpPort port, TransferSession? session, ulong key, ReadOnlySpan<byte> packet, Peer peer)
    {
        if (!TftpRequest.TryParse(packet, out var request, out var code, out var error))
        {
            observer.Dropped(peer.EndPoint, error!);
            Refuse(port, peer, code, error!);
        }
        else if (_end is not null)
            observer.Dropped(peer.EndPoint, "the server stops");
        else if (session is null || GivesWay(session, request!))
            Begin(port.Door.NextPort(), key, request!, new TftpRead(request!.FileName, peer.EndPoint, peer.ServerAddress), peer);
    }

    // Firmware asks from a fixed port. The same request again is a copy of the one whose answer is on its way; another one, or the same
    // from a client that fell silent in mid-transfer, comes from a client that has forgotten the transfer.
    private bool GivesWay(TransferSession session, TftpRequest request)
    {
        if (request == session.Asked && !session.Transfer.IsStalled(_now))
        {
            // Or the acknowledgement of the last block, which came to another port, is not read yet.
            session.WantsAgain |= session.Transfer.SentAll;
            return false;
        }

        Advance(session, AskedAnew);
        return true;
    }

    private void Begin(UdpPort port, ulong key, TftpRequest request, TftpRead read, Peer peer)
    {
        if (request.IsWrite)
            Refuse(port, peer, read, TftpError.AccessViolation, "this server is read only");
        else if (files.Open(read) is not { } file)
            Refuse(port, peer, read, TftpError.FileNotFound, "there is no such file");
        else if (request.IsNetascii && !file.IsInMemory(file.Length))
        {
            file.Dispose();
            observer.Dropped(read.Client, "the text is being read from the disk"); // the client asks again
        }
        else if ((request.IsNetascii ? NetasciiFile.From(file) : file) is not { } content)
            Refuse(port, peer, read, TftpError.NotDefined, "too large for mode netascii; use octet");
        else
            Begin(port, key, request, read, peer, content);
    }

    private void Begin(UdpPort port, ulong key, TftpRequest request, TftpRead read, Peer peer, TftpFile file)
    {
        var expected = files.Expects(read.Client.Address);
        if (!_places.HasRoom(peer.Address, expected, _now, out var leaver))
        {
            file.Dispose();
            observer.Dropped(read.Client, "too many transfers"); // the client asks again
            return;
        }

        if (leaver is not null)
            Advance(leaver, GiveWay);
        var session = new TransferSession
        {
            Transfer = new TftpTransfer(file, request, options),
            Asked = request,
            Request = read,
            Port = port,
            Peer = peer,
            Key = key,
            Started = _now,
            IsExpected = expected,
        };
        _places.Add(session);
        observer.Started(read, file.Length);
        Advance(session, Start);
        if (!session.Transfer.IsOver)
            _wheel.Put(session);
    }

    private void Advance(TransferSession session, Step step, ReadOnlySpan<byte> packet = default)
    {
        var transfer = session.Transfer;
        if (transfer.IsOver)
            return;
        var heard = transfer.Heard;
        var proven = transfer.WasAcknowledged;
        outbox.Address(session);
        try
        {
            step(transfer, packet, _now, outbox);
        }
        catch (Exception e)
        {
            // A file that cannot be read ends its own transfer, no other.
            transfer.Break($"the file cannot be read: {e.Message}", "the file cannot be read", outbox);
        }

        if (!transfer.IsOver && transfer.Progress.Acknowledged - session.Told >= ToldEvery)
        {
            session.Told = transfer.Progress.Acknowledged;
            observer.Moved(session.Request, transfer.Progress);
        }

        if (transfer.IsOver)
            End(session);
        else if (transfer.Heard != heard || transfer.WasAcknowledged != proven)
            _places.Hear(session);
    }

    private void End(TransferSession session)
    {
        outbox.Flush(); // what was gathered may lie in the memory of its file
        _places.Remove(session);
        outbox.Reading.Remove(session);
        DeadlineWheel.Remove(session);
        var transfer = session.Transfer;
        var (length, progress) = (transfer.Length, transfer.Progress);
        transfer.Dispose();
        if (transfer.Failure is { } failure)
            observer.Broke(session.Request, failure, transfer.WasProbe, progress);
        else
            observer.Finished(session.Request, length, _now - session.Started);
        if (session.WantsAgain && transfer.Failure is null)
            Begin(session.Port.Door.NextPort(), session.Key, session.Asked, session.Request, session.Peer);
    }

    private void Refuse(UdpPort port, Peer peer, TftpRead read, TftpError code, string message)
    {
        observer.Failed(read, message, probe: false);
        Refuse(port, peer, code, message);
    }

    private void Refuse(UdpPort port, Peer peer, TftpError code, string message)
    {
        Span<byte> packet = stackalloc byte[256];
        outbox.Address(port, peer);
        outbox.Send(packet[..TftpPackets.WriteError(packet, code, message)]);
    }
}
