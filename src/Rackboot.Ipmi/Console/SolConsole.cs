using System.Buffers.Binary;
using System.Threading.Channels;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>
/// The serial console of a machine through its BMC: Serial-over-LAN (IPMI 2.0 §15). Reading and writing are as of a stream; one reader, any
/// number of writers, each of whose writes goes out as a whole. A reader that is too slow loses characters rather than stop the machine's
/// output. </summary>
public sealed class SolConsole : IAsyncDisposable
{
    private const byte ActivatePayload = 0x48;
    private const byte DeactivatePayload = 0x49;
    private const byte GetPayloadInstanceInfo = 0x4B;
    private const byte PayloadSerialOverLan = 1;
    private const byte Instance = 1;
    private const byte ActiveForAnother = 0x80;

    private readonly IpmiSession _session;
    private readonly SolOptions _options;
    private readonly int _mostCharacters;
    private readonly Channel<byte[]> _unread;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenRegistration _onSessionEnd;
    private ReadOnlyMemory<byte> _reading;
    private Outgoing? _outgoing;
    private byte _lastSequence;
    private byte _incoming;
    private int _incomingLength;
    private long _lost;
    private int _ended;

    private SolConsole(IpmiSession session, SolOptions options, int mostCharacters)
    {
        (_session, _options, _mostCharacters) = (session, options, mostCharacters);
        _unread = Channel.CreateBounded<byte[]>(
            new BoundedChannelOptions(options.MostUnread) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            dropped => Interlocked.Add(ref _lost, dropped.Length));
        session.Console = this;

        // OpenIPMI's BMC remembers the last packet number of the console before, and takes our first packet for that one if it has the
        // same: an empty packet with the number before the first makes it forget. Its acknowledgement is not waited for.
        Transmit(SolPacket.HighestSequence, [], isBreak: false);
        _onSessionEnd = session.Ended.Register(
            () => End(new IpmiException(IpmiFailure.SessionLost, $"{session.Bmc}: the console's session has ended")));
    }

    /// <summary>A packet of ours that waits for its acknowledgement.</summary>
    private sealed class Outgoing(byte sequence) : TaskCompletionSource<Acknowledgement>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public byte Sequence { get; } = sequence;
    }

    private readonly record struct Acknowledgement(int Accepted, bool IsRefusal);

    /// <summary>How many characters were dropped because nobody read them in time.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Opens the console in a session of its own; one session has one console.</summary>
    /// <exception cref="IpmiException"><see cref="IpmiFailure.Refused"/>: it is open for another, or switched off, or wants or lacks
    /// encryption.</exception>
    public static async Task<SolConsole> ActivateAsync(IpmiSession session, SolOptions options, CancellationToken cancellation)
    {
        var response = await session.SendAsync(Activate(session), cancellation).ConfigureAwait(false);
        if (response.CompletionCode == ActiveForAnother && options.TakeOver)
        {
            await session.SendAsync(Deactivate(), cancellation).ConfigureAwait(false);
            response = await session.SendAsync(Activate(session), cancellation).ConfigureAwait(false);
        }

        if (!response.Succeeded)
            throw new IpmiException(IpmiFailure.Refused, $"{session.Bmc}: {WhyRefused(response.CompletionCode)}");
        return new SolConsole(session, options, MostCharacters(response.Data.Span));
    }

    /// <summary>Reads what the machine wrote, waiting for at least one byte; 0 when the BMC has closed the console.</summary>
    /// <exception cref="IpmiException">The session was lost.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation)
    {
        while (_reading.IsEmpty)
        {
            if (!await _unread.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false))
                return 0;
            if (_unread.Reader.TryRead(out var chunk))
                _reading = chunk;
        }

        var length = Math.Min(buffer.Length, _reading.Length);
        _reading[..length].CopyTo(buffer);
        _reading = _reading[length..];
        return length;
    }

    /// <summary>Types into the console; completes when the BMC has taken everything.</summary>
    /// <exception cref="IpmiException"><see cref="IpmiFailure.Refused"/>: the BMC takes no characters, as when the machine is
    /// off.</exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> characters, CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            for (var refusals = 0; !characters.IsEmpty;)
            {
                var answer = await SendAsync(characters[..Math.Min(_mostCharacters, characters.Length)], isBreak: false, cancellation)
                    .ConfigureAwait(false);
                characters = characters[Math.Min(answer.Accepted, characters.Length)..];
                refusals = answer.Accepted > 0 ? 0 : refusals + 1;
                if (refusals >= _options.Attempts)
                    throw new IpmiException(
                        IpmiFailure.Refused, $"{_session.Bmc}: the BMC does not accept characters for the serial port: is the machine on?");
                if (answer.IsRefusal)
                    await Task.Delay(_options.Pause, _session.Time, cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Sends a serial break.</summary>
    public async ValueTask SendBreakAsync(CancellationToken cancellation)
    {
        await _writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            await SendAsync(ReadOnlyMemory<byte>.Empty, isBreak: true, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Closes the console; its session stays open.</summary>
    public async ValueTask DisposeAsync()
    {
        await _onSessionEnd.DisposeAsync().ConfigureAwait(false);
        if (!End(null))
            return;
        try
        {
            if (!await IsAnothersAsync().ConfigureAwait(false))
                await _session.SendAsync(Deactivate(), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IpmiException or ObjectDisposedException)
        {
            // The console ends with its session.
        }
    }

    /// <summary>Takes a SOL payload of the session; on the socket's loop.</summary>
    internal void Take(ReadOnlySpan<byte> payload)
    {
        if (!SolPacket.TryParse(payload, out var packet, out _) || Volatile.Read(ref _ended) != 0)
            return;
        if (packet.Acknowledged != 0 && Volatile.Read(ref _outgoing) is { } outgoing && outgoing.Sequence == packet.Acknowledged)
            outgoing.TrySetResult(new Acknowledgement(packet.Accepted, packet.IsNack || packet.IsUnavailable));
        if (packet.Sequence != 0)
            TakeCharacters(packet);
        if (packet.IsDeactivated)
            End(null);
    }

    // §15.11: a packet sent again has the number of the last one, and may have more characters behind the ones of before.
    private void TakeCharacters(in SolPacket packet)
    {
        var known = packet.Sequence == _incoming ? Math.Min(_incomingLength, packet.Characters.Length) : 0;
        (_incoming, _incomingLength) = (packet.Sequence, Math.Max(known, packet.Characters.Length));
        if (packet.Characters.Length > known)
            _unread.Writer.TryWrite(packet.Characters[known..].ToArray());
        Span<byte> acknowledgement = stackalloc byte[SolPacket.HeaderLength];
        SolPacket.WriteAcknowledgement(acknowledgement, packet);
        _session.Transmit(PayloadType.SerialOverLan, acknowledgement);
    }

    private async ValueTask<Acknowledgement> SendAsync(ReadOnlyMemory<byte> characters, bool isBreak, CancellationToken cancellation)
    {
        _lastSequence = (byte)(_lastSequence % SolPacket.HighestSequence + 1);
        var outgoing = new Outgoing(_lastSequence);
        Volatile.Write(ref _outgoing, outgoing);
        for (var attempt = 0; attempt < _options.Attempts; attempt++)
        {
            ThrowIfEnded();
            Transmit(outgoing.Sequence, characters.Span, isBreak);
            await ((Task)outgoing.Task.WaitAsync(_options.Patience, _session.Time, cancellation))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (outgoing.Task.IsCompletedSuccessfully)
                return outgoing.Task.Result;
            cancellation.ThrowIfCancellationRequested();
        }

        throw new IpmiException(IpmiFailure.NoAnswer, $"{_session.Bmc}: the BMC does not acknowledge console input");
    }

    private void Transmit(byte sequence, ReadOnlySpan<byte> characters, bool isBreak)
    {
        Span<byte> payload = stackalloc byte[SolPacket.HeaderLength + SolPacket.MostCharacters];
        _session.Transmit(PayloadType.SerialOverLan, payload[..SolPacket.Write(payload, sequence, characters, isBreak)]);
    }

    // Not every BMC tells a console that it was taken over (OpenIPMI's does not), and deactivating ends any open console.
    private async ValueTask<bool> IsAnothersAsync()
    {
        // §24.4: the answer begins with the number of the session that the console is open in; 0 where it is not.
        var info = await _session.SendAsync(
            new IpmiRequest(IpmiNetFunction.App, GetPayloadInstanceInfo, new[] { PayloadSerialOverLan, Instance }),
            CancellationToken.None).ConfigureAwait(false);
        return info.Succeeded && info.Data.Length >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(info.Data.Span) is var owner && owner != 0
            && owner != _session.BmcSessionId;
    }

    private void ThrowIfEnded()
    {
        _session.ThrowIfEnded();
        if (Volatile.Read(ref _ended) != 0)
            throw new IpmiException(IpmiFailure.SessionLost, $"{_session.Bmc}: the console is closed");
    }

    private bool End(IpmiException? why)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
            return false;
        _session.Console = null;
        _unread.Writer.TryComplete(why);
        Volatile.Read(ref _outgoing)?.TrySetCanceled();
        return true;
    }

    // §24.1, table 24-2: encrypted as the session is, authenticated, alerts deferred while the console is open.
    private static IpmiRequest Activate(IpmiSession session) =>
        new(IpmiNetFunction.App, ActivatePayload,
            new byte[] { PayloadSerialOverLan, Instance, (byte)(Suite.Of(session.CipherSuite).Encrypts ? 0xC4 : 0x44), 0, 0, 0 });

    private static IpmiRequest Deactivate() =>
        new(IpmiNetFunction.App, DeactivatePayload, new byte[] { PayloadSerialOverLan, Instance, 0, 0, 0, 0 });

    // Table 24-2: bytes 4 and 5 are the longest payload to the BMC, with its header. Some give it in the wrong order or far too large;
    // short packets always fit.
    private static int MostCharacters(ReadOnlySpan<byte> data)
    {
        const int Careful = 32;
        var size = data.Length < 6 ? 0 : data[4] | data[5] << 8;
        return size is > SolPacket.HeaderLength and <= SolPacket.HeaderLength + SolPacket.MostCharacters
            ? size - SolPacket.HeaderLength
            : Careful;
    }

    private static string WhyRefused(byte completionCode) => completionCode switch
    {
        ActiveForAnother => "another client has the console open: close it there, or take it over",
        0x81 => "Serial-over-LAN is disabled in the BMC for this user or channel",
        0x82 => "the BMC's limit of open consoles is reached",
        0x83 => "the BMC offers its console only without encryption",
        0x84 => "the BMC offers its console only with encryption",
        0xC1 => "the BMC does not support Serial-over-LAN",
        _ => $"the console was refused with completion code {completionCode:X2}h",
    };
}
