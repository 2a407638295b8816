using System.Buffers.Binary;
using System.Net;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>
/// One RMCP+ session (IPMI 2.0 §6.12, §13.6). Requests are sent until answered, with the same request number in a packet of its own each
/// time; those that must not be repeated are sent once. Thread-safe.
/// </summary>
public sealed class IpmiSession : IIpmiChannel, IDatagramReceiver, IAsyncDisposable
{
    /// <summary>The most data a request may have: what fits the 8-bit lengths of the specification's media.</summary>
    public const int LongestData = 240;

    private const int LongestPayload = 300;
    private const byte GetDeviceId = 0x01;
    private const byte SetSessionPrivilegeLevel = 0x3B;
    private const byte CloseSession = 0x3C;

    // §6.12.15: a BMC ends a session after 60 s, give or take 3.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(63);

    private readonly IpmiSocket _socket;
    private readonly SocketAddress _address;
    private readonly OpenedSession _opened;
    private readonly IpmiSessionOptions _options;
    private readonly SemaphoreSlim _turns;
    private readonly Lock _gate = new();
    private readonly PendingRequests _pending = new();
    private readonly ITimer _keepAlive;
    private readonly CancellationTokenSource _ending = new();
    private SequenceWindow _window;
    private uint _sequence;
    private long _lastAnswer;
    private int _disposed;
    private IpmiException? _end;

    private IpmiSession(IpmiSocket socket, IPEndPoint bmc, OpenedSession opened, IpmiSessionOptions options)
    {
        (_socket, Bmc, _address, _opened, _options) = (socket, bmc, bmc.Serialize(), opened, options);
        Privilege = opened.Privilege;
        _turns = new SemaphoreSlim(Math.Max(1, options.MostOutstanding));
        _lastAnswer = socket.Time.GetTimestamp();
        socket.Attach(_address, this);
        _keepAlive = socket.Time.CreateTimer(_ => KeepAlive(), null, KeepAliveIn(options.KeepAlive), Timeout.InfiniteTimeSpan);
    }

    public IPEndPoint Bmc { get; }

    public IpmiCipherSuite CipherSuite => _opened.Keys.Suite.Id;

    /// <summary>The level that the session works at.</summary>
    public IpmiPrivilege Privilege { get; private set; }

    /// <summary>The BMC's GUID as it told it at the login (16 bytes, byte order as on the wire); all zero where it has none.</summary>
    public ReadOnlyMemory<byte> BmcGuid => _opened.BmcGuid;

    /// <summary>Cancelled when the session has ended, by whom ever.</summary>
    public CancellationToken Ended => _ending.Token;

    /// <summary>The time since the BMC last answered in this session.</summary>
    public TimeSpan Idle => _socket.Time.GetElapsedTime(Interlocked.Read(ref _lastAnswer));

    internal SolConsole? Console { get; set; }

    /// <summary>The BMC's number of this session.</summary>
    internal uint BmcSessionId => _opened.BmcId;

    internal TimeProvider Time => _socket.Time;

    /// <summary>Logs in and takes the wanted privilege level.</summary>
    /// <param name="known">What is known of the BMC; learns from this login.</param>
    /// <exception cref="IpmiException">It could not be opened; a wrong password is said at once and never tried again.</exception>
    public static async Task<IpmiSession> OpenAsync(IpmiSocket socket, IPEndPoint bmc, IpmiCredential credential,
        IpmiSessionOptions options, KnownBmc? known, CancellationToken cancellation)
    {
        using var login = new Login(socket, bmc, credential, options, known ?? new KnownBmc());
        var session = new IpmiSession(socket, bmc, await login.RunAsync(cancellation).ConfigureAwait(false), options);
        try
        {
            await session.TakePrivilegeAsync(credential.UserName, cancellation).ConfigureAwait(false);
            return session;
        }
        catch
        {
            await session.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="IpmiException">
    /// <see cref="IpmiFailure.NoAnswer"/>: the BMC is silent, the session may go on. <see cref="IpmiFailure.SessionLost"/>: the BMC lives
    /// but does not know the session any more. Either way a command that is not repeatable may have been carried out.
    /// </exception>
    public async ValueTask<IpmiResponse> SendAsync(IpmiRequest request, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(request.Data.Length, LongestData);
        await _turns.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            ThrowIfEnded();
            using var pending = _pending.Begin(request);
            var attempts = request.Repeatable ? _options.Timeouts.Attempts : 1;
            for (var attempt = 0; attempt < attempts; attempt++)
            {
                Transmit(pending);
                await pending.WaitAsync(request.Repeatable ? _options.Timeouts.Wait(attempt) : _options.Timeouts.Unrepeated, Time,
                    cancellation).ConfigureAwait(false);
                if (pending.Answer is { } answer)
                    return answer;
                ThrowIfEnded();
            }

            throw await WhySilentAsync(request, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <summary>Closes the session at the BMC, waiting for its answer only a moment.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (_end is null)
        {
            var data = new byte[4];
            BinaryPrimitives.WriteUInt32LittleEndian(data, _opened.BmcId);
            using var close = _pending.Begin(new IpmiRequest(IpmiNetFunction.App, CloseSession, data));
            try
            {
                Transmit(close);
                await close.WaitAsync(_options.Timeouts.First, Time, CancellationToken.None).ConfigureAwait(false);
            }
            catch (ObjectDisposedException)
            {
                // The socket is closed already; the BMC ends the session by itself.
            }
        }

        End(new IpmiException(IpmiFailure.SessionLost, $"{Bmc}: the session was closed"));
        await _keepAlive.DisposeAsync().ConfigureAwait(false);
    }

    bool IDatagramReceiver.TryTake(ReadOnlySpan<byte> datagram)
    {
        if (!PlusPacket.TryParse(datagram, _opened.Keys.Suite.CodeLength, out var packet, out _) || packet.SessionId != _opened.ConsoleId)
            return false;
        Span<byte> payload = stackalloc byte[Rmcp.LongestDatagram];
        if (TryOpen(packet, payload, out var length))
            Take(packet.Type, payload[..length]);
        return true;
    }

    void IDatagramReceiver.Missed()
    {
        // The socket has counted it.
    }

    internal void ThrowIfEnded()
    {
        if (Volatile.Read(ref _end) is { } end)
            throw new IpmiException(end.Failure, end.Message, end);
    }

    /// <summary>Sends a payload that is no request, once.</summary>
    internal void Transmit(PayloadType type, ReadOnlySpan<byte> payload)
    {
        Span<byte> datagram = stackalloc byte[Rmcp.LongestDatagram];
        lock (_gate)
        {
            if (_end is not null)
                return;
            // §6.12.13: 0 is for packets outside of sessions, also when the numbers begin again.
            if (++_sequence == 0)
                _sequence = 1;
            var length = PlusPacket.Write(datagram, type, _opened.BmcId, _sequence, payload, _opened.Keys);
            _socket.Send(_address, datagram[..length]);
        }
    }

    private void Transmit(PendingRequest pending)
    {
        Span<byte> payload = stackalloc byte[LongestPayload];
        Transmit(PayloadType.Message, payload[..IpmiMessage.Write(payload, pending.Request, pending.Sequence)]);
    }

    private bool TryOpen(in PlusPacket packet, Span<byte> payload, out int length)
    {
        length = packet.Payload.Length;
        lock (_gate)
        {
            if (_end is not null)
                _socket.Dropped.CountUnasked();
            else if (!packet.Authenticated || packet.Encrypted != _opened.Keys.Suite.Encrypts
                || !_opened.Keys.Verify(packet.Signed, packet.Code))
                _socket.Dropped.CountForged();
            else if (!_window.Take(packet.Sequence))
                _socket.Dropped.CountReplayed();
            else if (!packet.Encrypted)
                return packet.Payload.TryCopyTo(payload);
            else if (_opened.Keys.TryDecrypt(packet.Payload, payload, out length))
                return true;
            else
                _socket.Dropped.CountMalformed();
            return false;
        }
    }

    private void Take(PayloadType type, ReadOnlySpan<byte> payload)
    {
        if (type == PayloadType.SerialOverLan && Console is { } console)
            console.Take(payload);
        else if (type != PayloadType.Message || !IpmiMessage.TryParse(payload, out var message, out _))
            _socket.Dropped.CountMalformed();
        else if (_pending.TryComplete(message))
            Interlocked.Exchange(ref _lastAnswer, Time.GetTimestamp());
        else
            _socket.Dropped.CountUnasked();
    }

    private async Task TakePrivilegeAsync(string userName, CancellationToken cancellation)
    {
        while (true)
        {
            var response = await SendAsync(new IpmiRequest(IpmiNetFunction.App, SetSessionPrivilegeLevel, new[] { (byte)Privilege }),
                cancellation).ConfigureAwait(false);
            if (response.Succeeded)
            {
                if (response.Data.Length > 0 && (response.Data.Span[0] & 0x0F) is var granted and >= (byte)IpmiPrivilege.Callback
                    && granted < (byte)Privilege)
                    Privilege = (IpmiPrivilege)granted;
                return;
            }

            // §22.18: 80h not available to this user, 81h above the limit of user or channel.
            var tooHigh = response.CompletionCode is 0x80 or 0x81;
            if (!tooHigh || !_options.AllowLowerPrivilege || Privilege <= IpmiPrivilege.User)
                throw new IpmiException(
                    tooHigh ? IpmiFailure.InsufficientPrivilege : IpmiFailure.Refused,
                    $"{Bmc}: user '{userName}' cannot get privilege {Privilege} (completion code {response.CompletionCode:X2}h): raise its "
                        + "privilege on the BMC's LAN channel, or request a lower one");
            Privilege--;
        }
    }

    private async Task<IpmiException> WhySilentAsync(IpmiRequest request, CancellationToken cancellation)
    {
        var what =
            $"command {(byte)request.NetFunction:X2}h/{request.Command:X2}h{(request.Repeatable
                ? ""
                : ", which may have been carried out")}";
        try
        {
            await _socket.AskAuthenticationAsync(Bmc, new IpmiTimeouts { First = _options.Timeouts.SignOfLife, Attempts = 1 }, cancellation)
                .ConfigureAwait(false);
        }
        catch (IpmiException)
        {
            return new IpmiException(
                IpmiFailure.NoAnswer, $"{Bmc} stopped answering ({what}): check its network, and whether it is restarting");
        }

        var lost = new IpmiException(
            IpmiFailure.SessionLost, $"{Bmc} is alive but does not answer in this session ({what}): it closed it, or is restarting");
        End(lost);
        return lost;
    }

    private void KeepAlive()
    {
        var left = _options.KeepAlive - Idle;
        if (left <= TimeSpan.Zero)
        {
            _ = AskForLifeAsync();
            left = _options.KeepAlive;
        }

        if (Volatile.Read(ref _end) is null)
            _keepAlive.Change(KeepAliveIn(left), Timeout.InfiniteTimeSpan);
    }

    private async Task AskForLifeAsync()
    {
        try
        {
            await SendAsync(new IpmiRequest(IpmiNetFunction.App, GetDeviceId, default), _ending.Token).ConfigureAwait(false);
        }
        catch (IpmiException) when (Idle > LongestSilence)
        {
            End(new IpmiException(
                IpmiFailure.SessionLost, $"{Bmc} has been silent for {Idle.TotalSeconds:F0} s: it has probably closed the session"));
        }
        catch (Exception e) when (e is IpmiException or OperationCanceledException or ObjectDisposedException)
        {
            // Silent for once, or lost: the next request says so.
        }
    }

    private TimeSpan KeepAliveIn(TimeSpan left) => _options.KeepAlive > TimeSpan.Zero ? left : Timeout.InfiniteTimeSpan;

    private void End(IpmiException why)
    {
        lock (_gate)
        {
            if (_end is not null)
                return;
            _end = why;
            _opened.Keys.Dispose();
        }

        _socket.Detach(_address, this);
        _pending.CancelAll();
        _ending.Cancel();
    }
}
