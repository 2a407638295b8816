using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;

namespace Rackboot.Redfish;

/// <summary>The accounts of the BMC.</summary>
public sealed class RedfishAccounts
{
    private const string UsualPath = "/redfish/v1/AccountService/Accounts";

    private readonly RedfishConnection _connection;
    private readonly RedfishPlaces _places;

    internal RedfishAccounts(RedfishConnection connection, RedfishPlaces places) => (_connection, _places) = (connection, places);

    /// <summary>The accounts; empty slots are left out.</summary>
    /// <exception cref="RedfishException">The service could not be asked.</exception>
    public async Task<IReadOnlyList<RedfishAccount>> ListAsync(CancellationToken cancellation = default) =>
        [.. (await MembersAsync(cancellation).ConfigureAwait(false)).Select(Account).OfType<RedfishAccount>()];

    /// <summary>
    /// Changes an account's password. If it is the account in use, the new password is proven by logging in with it before this returns; if
    /// it does not work, the old one stays in use.
    /// </summary>
    /// <exception cref="RedfishException">No such account, refused, or accepted and yet not valid.</exception>
    public async Task ChangePasswordAsync(string userName, string newPassword, CancellationToken cancellation = default)
    {
        var changed = new RedfishCredential(userName, newPassword);
        _connection.KeepSecret(changed);
        var path = await MustChangeAsync(cancellation).ConfigureAwait(false);
        if (path is null)
        {
            await CheckLengthAsync(newPassword, cancellation).ConfigureAwait(false);
            path = await PathOfAsync(userName, cancellation).ConfigureAwait(false);
        }

        var etag = (await _connection.FindAsync(path, cancellation).ConfigureAwait(false))?.ETag;
        await _connection.ChangeAsync(path, new JsonObject { ["Password"] = newPassword }, etag, cancellation).ConfigureAwait(false);
        if (userName == _connection.Login.Credential.UserName)
            await ProveAsync(changed, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes an account: a new one, or in a free slot where the service has fixed slots.</summary>
    /// <exception cref="RedfishException">Refused, or no slot is free.</exception>
    public async Task AddAsync(string userName, string password, string role = "Administrator", CancellationToken cancellation = default)
    {
        _connection.KeepSecret(new RedfishCredential(userName, password));
        var members = await MembersAsync(cancellation).ConfigureAwait(false);
        var body = new JsonObject { ["UserName"] = userName, ["Password"] = password, ["RoleId"] = role, ["Enabled"] = true };
        if (_connection.Quirks.FirstAccountSlot is not { } first)
        {
            var collection = await CollectionAsync(cancellation).ConfigureAwait(false);
            var posted = await _connection.PostAsync(collection, body, cancellation).ConfigureAwait(false);
            if (posted.Status != HttpStatusCode.MethodNotAllowed)
            {
                _connection.Accept(posted, HttpMethod.Post, collection);
                return;
            }

            first = 1; // fixed slots after all
        }

        var free = members.FirstOrDefault(m => Account(m) is null && SlotOf(m) >= first)
            ?? throw _connection.Error(RedfishFailure.Refused, "no account slot is free; remove an account first");
        await _connection.ChangeAsync(free.Path, body, free.ETag, cancellation).ConfigureAwait(false);
    }

    private async Task ProveAsync(RedfishCredential changed, CancellationToken cancellation)
    {
        var before = _connection.Login.Credential;
        try
        {
            _connection.Login.Use(changed);
            await _connection.Login.LogOutAsync(cancellation).ConfigureAwait(false);
            await _connection.GetAsync(await CollectionAsync(cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        catch (RedfishException e) when (e.Failure == RedfishFailure.WrongCredential)
        {
            _connection.Login.Use(before);
            throw _connection.Error(
                RedfishFailure.Refused,
                $"the BMC accepted a new password for {changed.UserName}, but refuses a login with it; "
                + "the old one stays in use. Try a shorter password of letters and digits", e);
        }
    }

    private async Task CheckLengthAsync(string password, CancellationToken cancellation)
    {
        var service = await _places.ServiceAsync("AccountService", cancellation).ConfigureAwait(false);
        var (least, most) = (service?.Body.Count("MinPasswordLength") ?? 1, service?.Body.Count("MaxPasswordLength") ?? int.MaxValue);
        if (password.Length < least || (most > 0 && password.Length > most))
            throw _connection.Error(
                RedfishFailure.Refused,
                $"a password must have {least} to "
                    + $"{(most == int.MaxValue ? "any number of" : most.ToString(CultureInfo.InvariantCulture))} characters here");
    }

    private async Task<string> PathOfAsync(string userName, CancellationToken cancellation)
    {
        var accounts = await ListAsync(cancellation).ConfigureAwait(false);
        return accounts.FirstOrDefault(a => a.UserName == userName)?.Path
            ?? throw _connection.Error(
                RedfishFailure.NotSupported,
                $"the BMC has no account {userName}; it has: {string.Join(", ", accounts.Select(a => a.UserName))}");
    }

    // An account that must change its password may do nothing else; the refusal names its path (Base registry, PasswordChangeRequired).
    private async Task<string?> MustChangeAsync(CancellationToken cancellation)
    {
        await _places.RootAsync(cancellation).ConfigureAwait(false);
        var answer = await _connection.SendAsync(new RedfishRequest(HttpMethod.Get, UsualPath), cancellation).ConfigureAwait(false);
        return answer.Status == HttpStatusCode.Forbidden ? ServiceMessage.ArgumentOf(answer.Body, "PasswordChangeRequired") : null;
    }

    // Each by itself: a write needs its ETag.
    private async Task<IReadOnlyList<RedfishMember>> MembersAsync(CancellationToken cancellation)
    {
        var collection = await CollectionAsync(cancellation).ConfigureAwait(false);
        var paths = await _places.Collection.PathsAsync(collection, cancellation).ConfigureAwait(false);
        return await _places.Collection.EachAsync(paths, cancellation).ConfigureAwait(false);
    }

    private async Task<string> CollectionAsync(CancellationToken cancellation) =>
        (await _places.ServiceAsync("AccountService", cancellation).ConfigureAwait(false))?.Body.Link("Accounts") ?? UsualPath;

    private static int SlotOf(RedfishMember m) =>
        int.TryParse(m.Id, NumberStyles.None, CultureInfo.InvariantCulture, out var slot) ? slot : -1;

    private static RedfishAccount? Account(RedfishMember m)
    {
        if (m.Body.Text("UserName") is not { } name)
            return null;
        var role = m.Body.Text("RoleId") ?? m.Body.Child("Links").Link("Role")?.TrimEnd('/').Split('/')[^1];
        return new RedfishAccount(m.Path, m.Id, name, role, m.Body.Flag("Enabled"), m.Body.Flag("Locked"));
    }
}
