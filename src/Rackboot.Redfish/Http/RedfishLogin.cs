using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>
/// Shows the service who asks: a session that is made once and used until it is lost, or HTTP Basic. Counts wrong passwords, so that an
/// account is never locked by trying.
/// </summary>
internal sealed class RedfishLogin(RedfishOptions options, RedfishWire wire)
{
    public const int MostWrongPasswords = 2;
    private const string UsualSessions = "/redfish/v1/SessionService/Sessions";
    private const string ProtectedPath = "/redfish/v1/Systems";

    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _gate = new(1);
    private volatile RedfishCredential _credential = options.Credential;
    private volatile string? _token;
    private string _sessions = UsualSessions;
    private IReadOnlyList<string> _fullMessages = [];
    private string? _session;
    private volatile bool _basic = options.Authentication == RedfishAuthentication.Basic;
    private volatile bool _basicWorks;
    private bool _sessionsWork; // a BMC that had sessions and shows none is starting
    private int _wrongPasswords;

    public bool UsesBasic => _basic;

    public string? Token => _token;

    public RedfishCredential Credential => _credential;

    /// <summary>Takes what the service root says.</summary>
    /// <param name="sessions">Where sessions are made; null if the service offers none.</param>
    /// <param name="fullMessages">Words by which a service says that no session is free.</param>
    public void Learn(string? sessions, IReadOnlyList<string> fullMessages)
    {
        (_sessions, _fullMessages) = (sessions ?? UsualSessions, fullMessages);
        // Asked for a session all the same, a service without them may answer 401, which would look like a wrong password
        // (openstack/sushy-tools).
        if (sessions is null && options.Authentication == RedfishAuthentication.SessionThenBasic)
            _basic = true;
    }

    /// <summary>Takes another password, as after changing it. Wrong ones are counted from zero.</summary>
    public void Use(RedfishCredential credential)
    {
        _credential = credential;
        _wrongPasswords = 0;
        _basicWorks = false;
    }

    /// <summary>Makes a session if there is none.</summary>
    public async Task EnsureAsync(Func<RedfishRequest, Task<RedfishAnswer>> send, CancellationToken cancellation)
    {
        StopIfRefused();
        if (_basic ? _basicWorks : _token is not null)
            return;
        await _gate.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            StopIfRefused(); // meanwhile, by those who waited here before
            if (!_basic && _token is null)
                await LogInAsync(send).ConfigureAwait(false);
            if (_basic && !_basicWorks)
                await TryBasicAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Authorize(HttpRequestMessage message)
    {
        if (_basic)
            message.Headers.TryAddWithoutValidation(
                "Authorization",
                "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{_credential.UserName}:{_credential.Password}")));
        else if (_token is { } token)
            message.Headers.TryAddWithoutValidation("X-Auth-Token", token);
    }

    /// <summary>The service knows this session no longer.</summary>
    public void Forget(string? token)
    {
        if (_token == token)
            (_token, _session) = (null, null);
    }

    /// <summary>The refusal of a user name and password; counted.</summary>
    public RedfishException WrongPassword()
    {
        var times = Interlocked.Increment(ref _wrongPasswords);
        var next = times >= MostWrongPasswords
            ? "To avoid locking the account, this is not retried; correct the credential"
            : "Correct the credential; after one more refusal this is not retried";
        return wire.Error(
            RedfishFailure.WrongCredential,
            $"the BMC refused user name or password of {_credential.UserName}, or the account is locked or disabled. {next}");
    }

    /// <summary>Ends the session. A service that does not answer is left alone.</summary>
    public async Task LogOutAsync(CancellationToken cancellation)
    {
        if (_token is null)
            return;
        try
        {
            if (_session is { } session)
                await wire.SendAsync(new RedfishRequest(HttpMethod.Delete, session) { Timeout = Farewell }, Authorize, cancellation)
                    .ConfigureAwait(false);
        }
        catch (RedfishException)
        {
        }
        finally
        {
            (_token, _session) = (null, null);
        }
    }

    private void StopIfRefused()
    {
        if (_wrongPasswords >= MostWrongPasswords)
            throw wire.Error(
                RedfishFailure.WrongCredential,
                $"the BMC refused user name or password {MostWrongPasswords} times; this is not retried, so that the account is not "
                    + "locked; "
                + "correct the credential first");
    }

    private async Task LogInAsync(Func<RedfishRequest, Task<RedfishAnswer>> send)
    {
        var credential = _credential;
        var answer = await send(new RedfishRequest(HttpMethod.Post, _sessions)
        {
            Anonymous = true,
            Body = new JsonObject { ["UserName"] = credential.UserName, ["Password"] = credential.Password },
        }).ConfigureAwait(false);
        if (answer is { Succeeded: true, Token: { } token })
        {
            (_session, _token, _sessionsWork) = (answer.Location ?? answer.Body.Text("@odata.id"), token, true);
            return;
        }

        var reason = ServiceMessage.Everything(answer.Body);
        if (IsWrongPassword(answer.Status, reason))
            throw WrongPassword();
        if (SaysFull(reason))
            throw wire.Error(
                RedfishFailure.NoFreeSession,
                $"all sessions are in use ({answer}); end old sessions on the BMC's web page, or wait until they expire, "
                    + "or use Basic for this BMC");
        // A service without sessions says so in many ways: none of them is a refusal of the password.
        if (options.Authentication == RedfishAuthentication.SessionThenBasic && (answer.IsMissing || answer.Succeeded) && !_sessionsWork)
            _basic = true;
        else
            throw NoSession(answer);
    }

    private RedfishException NoSession(RedfishAnswer answer) => answer.Status switch
    {
        HttpStatusCode.Forbidden => wire.Error(
            RedfishFailure.InsufficientPrivilege,
            $"{_credential.UserName} may not log in ({answer}); enable Redfish for the account, and give it the Login privilege"),
        _ when _sessionsWork =>
            wire.Error(RedfishFailure.Busy, $"cannot create a session now ({answer}); the BMC may be starting: wait and try again"),
        >= HttpStatusCode.InternalServerError => wire.Error(
            RedfishFailure.Refused,
            $"cannot create a session ({answer}), an internal error of the BMC; try again, then restart the BMC if this persists"),
        _ => wire.Error(
            RedfishFailure.NotSupported, $"cannot create a session ({answer}); use Basic for this BMC, or enable its session service"),
    };

    // One request alone, before several under way at once could be refused together and lock the account.
    private async Task TryBasicAsync(CancellationToken cancellation)
    {
        var answer = await wire.SendAsync(new RedfishRequest(HttpMethod.Get, ProtectedPath), Authorize, cancellation).ConfigureAwait(false);
        if (answer.Status == HttpStatusCode.Unauthorized)
            throw WrongPassword();
        _basicWorks = answer.Status < HttpStatusCode.InternalServerError;
    }

    // The specification wants 401; an iLO answers 400 (canonical/hardware-observer-operator issue 47), and such words tell why.
    private static bool IsWrongPassword(HttpStatusCode status, string reason) =>
        status == HttpStatusCode.Unauthorized
        || (status is HttpStatusCode.BadRequest or HttpStatusCode.Forbidden
            && (reason.Contains("Unauthorized", StringComparison.OrdinalIgnoreCase)
                || reason.Contains("InvalidCredential", StringComparison.OrdinalIgnoreCase)));

    public bool SaysFull(string reason) =>
        reason.Contains("SessionLimitExceeded", StringComparison.Ordinal) // Base registry
        || _fullMessages.Any(m => reason.Contains(m, StringComparison.OrdinalIgnoreCase));
}
