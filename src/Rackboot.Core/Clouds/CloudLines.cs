using System.Collections.Concurrent;
using System.Text;
using Rackboot.Cloud;
using Rackboot.Core.Credentials;
using Rackboot.Core.Events;

namespace Rackboot.Core.Clouds;

/// <summary>The connections to providers, one for each until its document or credential changes. After two refused
/// logins none is tried until then: some providers lock the account or the address.</summary>
/// <param name="connect">Connects to a provider; null: over the network.</param>
/// <param name="shell">Drives rescue systems; null where there is none.</param>
public sealed class CloudLines(
    CredentialVault credentials, EventLog events, TimeProvider time, IRescueShell? shell = null, Func<string, CloudAccess,
        ICloud>? connect = null)
    : IDisposable
{
    private const int MostRefusals = 2;

    private readonly ConcurrentDictionary<string, Line> _lines = new();
    private readonly Lock _lock = new();

    /// <summary>The problem of a provider; null if it answered last time.</summary>
    public string? Problem(string provider) => _lines.GetValueOrDefault(provider)?.Problem;

    /// <summary>Calls a provider; records the consequences of a failure before throwing it.</summary>
    /// <exception cref="CloudException">It failed.</exception>
    public async Task<T> AskAsync<T>(CloudProvider provider, Func<ICloud, CancellationToken, Task<T>> ask, CancellationToken cancel)
    {
        var line = Of(provider);
        if (line.Refusals >= MostRefusals)
            throw Stopped(provider);
        try
        {
            var answer = await ask(line.Cloud, cancel).ConfigureAwait(false);
            Answered(provider, line);
            return answer;
        }
        catch (CloudException e)
        {
            Failed(provider, line, e);
            throw;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A bug in a driver must affect only its provider.
            var failed = new CloudException(CloudFailure.BadAnswer, $"{line.Cloud.Traits.Title} sent an unexpected answer "
                + $"({e.GetType().Name}: {e.Message})", e);
            Failed(provider, line, failed);
            throw failed;
        }
    }

    /// <summary>Places an order, once; the outcome is one of three, and never an exception.</summary>
    public async Task<CloudCreation> PlaceAsync(CloudProvider provider, CloudOrder order, string? prepared, CancellationToken cancel)
    {
        Line line;
        try
        {
            line = Of(provider);
        }
        catch (CloudException e)
        {
            return new CloudCreation.Refused(e.Failure, e.Message, null);
        }

        if (line.Refusals >= MostRefusals)
            return new CloudCreation.Refused(CloudFailure.WrongLogin, Stopped(provider).Message, null);
        var creation = await CloudCreation.PlaceAsync(line.Cloud, order, prepared, cancel).ConfigureAwait(false);
        if (creation is CloudCreation.Refused { Failure: CloudFailure.WrongLogin } refused)
            Failed(provider, line, new CloudException(refused.Failure, refused.Why));
        return creation;
    }

    public void Dispose()
    {
        foreach (var line in _lines.Values)
            line.Cloud.Dispose();
    }

    private sealed class Line(string login, ICloud cloud)
    {
        public string Login { get; } = login;

        public ICloud Cloud { get; } = cloud;

        public int Refusals { get; set; }

        public string? Problem { get; set; }
    }

    private Line Of(CloudProvider provider)
    {
        if (credentials.Find(provider.Credential) is not { } credential)
            throw new CloudException(CloudFailure.Misconfigured, $"there is no credential {provider.Credential}; apply it first");
        var login = $"{provider.Version} {credential.Version} {credential.Changed:O}";
        if (_lines.TryGetValue(provider.Name, out var line) && line.Login == login)
            return line;
        lock (_lock)
        {
            if (_lines.TryGetValue(provider.Name, out line) && line.Login == login)
                return line;
            // The previous one may still be in use: the garbage collector ends its connections.
            var access = new CloudAccess(credential.Username, () => Password(provider), provider.Settings, time) { Shell = shell };
            return _lines[provider.Name] = new Line(login, (connect ?? Rackboot.Cloud.Clouds.Connect)(provider.Cloud, access));
        }
    }

    private string Password(CloudProvider provider) =>
        credentials.ForProvider(provider.Credential) is { } login ? Encoding.UTF8.GetString(login.Password.Reveal().Span) : "";

    private void Answered(CloudProvider provider, Line line)
    {
        if (line.Problem is not null)
            events.Add("provider.back", Level.Info, null, null, $"provider {provider.Name} answers again");
        (line.Problem, line.Refusals) = (null, 0);
    }

    private void Failed(CloudProvider provider, Line line, CloudException e)
    {
        if (e.Failure == CloudFailure.WrongLogin && ++line.Refusals == MostRefusals)
            events.Add("provider.stopped", Level.Error, null, null, Stopped(provider).Message);
        if (e.Failure is not (CloudFailure.NoAnswer or CloudFailure.Broken or CloudFailure.WrongLogin or CloudFailure.Forbidden
            or CloudFailure.BadAnswer or CloudFailure.Misconfigured))
            return;
        if (line.Problem is null)
            events.Add("provider.trouble", Level.Warning, null, null,
                $"provider {provider.Name}: {e.Message}. Until it answers, the appliance buys nothing there and forgets nothing");
        line.Problem = e.Message;
    }

    private static CloudException Stopped(CloudProvider provider) => new(CloudFailure.WrongLogin,
        $"provider {provider.Name} refused credential {provider.Credential} {MostRefusals} times; all attempts stop, so that the "
            + $"account is not locked; change the credential or the provider: rackboot apply");
}
