using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;
using Rackboot.Ipmi.Wire;

namespace Rackboot.Ipmi;

/// <summary>
/// Opens a session: Get Channel Authentication Capabilities, Open Session, RAKP messages 1 to 4 (IPMI 2.0 §13.15). RAKP messages are not
/// sent again: the BMC's state moves with each, so that silence or a passing error begins again at Open Session.
/// </summary>
internal sealed class Login(IpmiSocket socket, IPEndPoint bmc, IpmiCredential credential, IpmiSessionOptions options, KnownBmc known)
    : IDisposable
{
    private const byte NameOnlyLookup = 0x10;

    // Tables 13-10, 13-12 and 13-14 have the console's number of the session at the same place.
    private const int ConsoleSessionOffset = 4;
    private const int ConsoleSessionEnd = ConsoleSessionOffset + sizeof(uint);

    private readonly Question _question = new(socket, bmc);
    private ChannelAuthentication? _authentication;
    private byte _tag = (byte)RandomNumberGenerator.GetInt32(256);

    private enum Step
    {
        OpenSession,
        Rakp1,
        Rakp3,
    }

    /// <summary>How an attempt went: opened, refused with a status, or neither where the BMC was silent.</summary>
    private readonly record struct Attempt(Step Step, OpenedSession? Opened, RakpStatus? Status);

    /// <exception cref="IpmiException">The session could not be opened.</exception>
    public async Task<OpenedSession> RunAsync(CancellationToken cancellation)
    {
        _authentication = await ChannelAuthentication.AskAsync(socket, bmc, options.Privilege, options.Timeouts, cancellation)
            .ConfigureAwait(false);
        if (_authentication.SpeaksPlus == false)
            throw new IpmiException(IpmiFailure.NoCommonCipherSuite,
                $"{bmc} supports only IPMI 1.5, which sends passwords unprotected: update the BMC's firmware, or use Redfish");
        var suites = new Queue<IpmiCipherSuite>(options.CipherSuites.OrderByDescending(s => s == known.CipherSuite));
        var privilege = options.Privilege;
        var (silences, reopened) = (0, false);
        while (suites.TryPeek(out var suite))
        {
            var attempt =
                await AttemptAsync(Suite.Of(suite), privilege, options.Timeouts.Wait(silences), cancellation).ConfigureAwait(false);
            if (attempt.Opened is { } opened)
            {
                known.Opened(opened.Keys.Suite.Id, afterSilence: silences > 0);
                return opened;
            }

            if (attempt.Status is not { } status)
            {
                if (++silences >= options.Timeouts.Attempts)
                    throw Silence(attempt.Step);
                if (attempt.Step == Step.OpenSession)
                    suites.Enqueue(suites.Dequeue()); // some BMCs drop what they do not know
            }
            else if (IsAboutSuite(status))
                suites.Dequeue();
            else if (status == RakpStatus.UnauthorizedRoleOrPrivilege && options.AllowLowerPrivilege && privilege > IpmiPrivilege.User)
                privilege--;
            else if (IsPassing(status) && !reopened)
                reopened = true;
            else
                throw Refusal(attempt.Step, status);
        }

        throw new IpmiException(IpmiFailure.NoCommonCipherSuite, $"{bmc} accepts none of the cipher suites "
            + $"{string.Join(", ", options.CipherSuites.Select(s => (byte)s))}: allow another one, or enable one of them in the BMC");
    }

    public void Dispose() => _question.Dispose();

    private async Task<Attempt> AttemptAsync(Suite suite, IpmiPrivilege privilege, TimeSpan patience, CancellationToken cancellation)
    {
        var consoleSession = (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        var request = new byte[OpenSession.RequestLength];
        OpenSession.WriteRequest(request, ++_tag, (byte)privilege, consoleSession, suite);
        if (await AskAsync(PayloadType.OpenSessionRequest, request, consoleSession, patience, cancellation)
            .ConfigureAwait(false) is not { } opening)
            return new Attempt(Step.OpenSession, null, null);
        if (!OpenSession.TryParse(opening, out var session, out var error))
            throw new IpmiException(IpmiFailure.BadAnswer, $"{bmc}: {error}");
        if (session.Status != RakpStatus.NoError)
            return new Attempt(Step.OpenSession, null, session.Status);
        if (session.Suite is null || !options.CipherSuites.Contains(session.Suite.Id))
            return new Attempt(Step.OpenSession, null, RakpStatus.NoCipherSuiteMatch);

        var exchange = new RakpExchange
        {
            Suite = session.Suite,
            ConsoleSession = consoleSession,
            BmcSession = session.BmcSession,
            ConsoleRandom = RandomNumberGenerator.GetBytes(RakpExchange.RandomLength),
            Role = (byte)((byte)privilege | (options.LookUpByNameOnly ? NameOnlyLookup : 0)),
            UserName = credential.UserNameBytes,
        };
        if (await AskAsync(PayloadType.Rakp1, exchange.Message1(++_tag), consoleSession, patience, cancellation)
            .ConfigureAwait(false) is not { } second)
            return new Attempt(Step.Rakp1, null, null);
        if (ReadMessage2(exchange, second) is var status and not RakpStatus.NoError)
            return new Attempt(Step.Rakp1, null, status);
        var third = exchange.Message3(++_tag, RakpStatus.NoError, credential.Password);
        if (await AskAsync(PayloadType.Rakp3, third, consoleSession, patience, cancellation).ConfigureAwait(false) is not { } fourth)
            return new Attempt(Step.Rakp3, null, null);
        return ReadMessage4(exchange, fourth, out var keys) is var last and not RakpStatus.NoError
            ? new Attempt(Step.Rakp3, null, last)
            : new Attempt(Step.Rakp3, new OpenedSession(consoleSession, session.BmcSession, privilege, exchange.BmcGuid, keys!), null);
    }

    private RakpStatus ReadMessage2(RakpExchange exchange, byte[] payload)
    {
        if (!Rakp2.TryParse(payload, exchange.Suite.HashLength, out var message, out var error))
            throw new IpmiException(IpmiFailure.BadAnswer, $"{bmc}: {error}");
        if (message.Status != RakpStatus.NoError)
            return message.Status;
        exchange.BmcRandom = message.BmcRandom.ToArray();
        exchange.BmcGuid = message.BmcGuid.ToArray();
        if (exchange.ProvesPassword(credential.Password, message.Proof))
            return RakpStatus.NoError;
        // so that the BMC can forget the session
        Send(PayloadType.Rakp3, exchange.Message3(++_tag, RakpStatus.InvalidIntegrityCheckValue, []));
        throw new IpmiException(
            IpmiFailure.WrongCredential, $"{bmc}: wrong password for user '{credential.UserName}'; not retried");
    }

    private RakpStatus ReadMessage4(RakpExchange exchange, byte[] payload, out SessionKeys? keys)
    {
        keys = null;
        if (!Rakp4.TryParse(payload, exchange.Suite.CodeLength, out var message, out var error))
            throw new IpmiException(IpmiFailure.BadAnswer, $"{bmc}: {error}");
        if (message.Status != RakpStatus.NoError)
            return message.Status;
        var sik = exchange.SessionIntegrityKey(credential.Key.Length > 0 ? credential.Key : credential.Password);
        try
        {
            if (!exchange.ProvesSessionKey(sik, message.CheckValue))
                throw new IpmiException(IpmiFailure.WrongCredential,
                    $"{bmc}: the password is right, but the BMC key (Kg) is {(credential.Key.Length > 0 ? "wrong" : "missing")}");
            keys = new SessionKeys(exchange.Suite, sik);
            return RakpStatus.NoError;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(sik);
        }
    }

    // Every answer's type is one above its question's, and it has the question's tag and our number of the session, refusals too (§13.18,
    // §13.21, §13.23). Who does not see the login can guess a tag, but not that number: another number is nobody's answer. BMCs that leave
    // it out of a refusal are believed when the time is over and no better answer came.
    private async ValueTask<byte[]?> AskAsync(
        PayloadType type, byte[] payload, uint consoleSession, TimeSpan patience, CancellationToken cancellation)
    {
        var datagram = new byte[PlusPacket.HeaderLength + payload.Length];
        PlusPacket.Write(datagram, type, payload);
        var tag = payload[0];
        byte[]? numberless = null;
        bool IsAnswer(ReadOnlySpan<byte> bytes)
        {
            if (!PlusPacket.TryParse(bytes, 0, out var packet, out _) || packet.Type != type + 1 || packet.Authenticated
                || packet.Payload is not [var answered, var status, ..] || answered != tag)
                return false;
            var number = packet.Payload.Length < ConsoleSessionEnd
                ? 0
                : BinaryPrimitives.ReadUInt32LittleEndian(packet.Payload[ConsoleSessionOffset..]);
            if (number == 0 && (RakpStatus)status != RakpStatus.NoError)
                Volatile.Write(ref numberless, packet.Payload.ToArray());
            return number == consoleSession;
        }

        return await _question.AskOnceAsync(datagram, IsAnswer, patience, cancellation).ConfigureAwait(false) is { } answer
            ? answer.AsSpan(PlusPacket.HeaderLength, BinaryPrimitives.ReadUInt16LittleEndian(answer.AsSpan(14))).ToArray()
            : Volatile.Read(ref numberless);
    }

    private void Send(PayloadType type, byte[] payload)
    {
        var datagram = new byte[PlusPacket.HeaderLength + payload.Length];
        PlusPacket.Write(datagram, type, payload);
        socket.Send(bmc.Serialize(), datagram);
    }

    private static bool IsAboutSuite(RakpStatus status) =>
        status is RakpStatus.InvalidAuthenticationAlgorithm or RakpStatus.InvalidIntegrityAlgorithm
            or RakpStatus.NoMatchingAuthenticationPayload
            or RakpStatus.NoMatchingIntegrityPayload or RakpStatus.InvalidConfidentialityAlgorithm or RakpStatus.NoCipherSuiteMatch;

    // A session that was opened a moment ago and is not known: Supermicro X9 and others do so now and then (ipmitool/ipmitool#154).
    private static bool IsPassing(RakpStatus status) => status is RakpStatus.InvalidSessionId or RakpStatus.InactiveSessionId;

    private IpmiException Silence(Step step)
    {
        if (_question.Strange > 0)
            return new IpmiException(
                IpmiFailure.BadAnswer, $"{bmc} answers the login with unreadable datagrams ({_question.Strange})");
        return new IpmiException(IpmiFailure.NoAnswer, step switch
        {
            Step.OpenSession => $"{bmc} is reachable, but does not answer Open Session: restart the BMC, or check that IPMI 2.0 is enabled",
            Step.Rakp1 => $"{bmc} stopped answering after the user name '{credential.UserName}': some BMCs do so for an unknown user",
            _ => $"{bmc} stopped answering at the end of the login of '{credential.UserName}': check the BMC key (Kg), and that the user "
                + "has LAN access",
        });
    }

    private IpmiException Refusal(Step step, RakpStatus status)
    {
        var user = credential.UserName;
        return status switch
        {
            RakpStatus.InsufficientResources or RakpStatus.InsufficientResourcesForRole =>
                new IpmiException(IpmiFailure.NoFreeSession,
                    $"{bmc} has no free session: close others, wait a minute until they time out, or restart the BMC"),
            RakpStatus.UnauthorizedName or RakpStatus.InvalidNameLength =>
                new IpmiException(
                    IpmiFailure.WrongCredential, $"{bmc} refuses user '{user}': unknown, disabled, locked, or without LAN access"),
            RakpStatus.UnauthorizedRoleOrPrivilege or RakpStatus.InvalidRole =>
                new IpmiException(IpmiFailure.InsufficientPrivilege, $"{bmc}: user '{user}' cannot get privilege {options.Privilege}: "
                    + "raise its privilege on the BMC's LAN channel, or request a lower one"),
            RakpStatus.InvalidIntegrityCheckValue =>
                new IpmiException(IpmiFailure.WrongCredential, $"{bmc} refuses the login of user '{user}': wrong "
                    + $"password{(_authentication!.HasKey ? " or BMC key (Kg)" : "")}; not retried"),
            _ => new IpmiException(
                IpmiFailure.BadAnswer, $"{bmc} refuses the login of '{user}' at {step} with status {(byte)status:X2}h ({status})"),
        };
    }
}
