using System.Collections.Immutable;
using Rackboot.Core.Events;
using Rackboot.Core.Machines;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Credentials;

/// <summary>The credentials of BMCs. They are encrypted at rest (<see cref="Storage.Sealing.SealedTables"/>), and passwords leave it only
/// as a <see cref="Login"/> for one machine's BMC. During a password change both are kept: each BMC gets the one
/// that last succeeded there.</summary>
public sealed class CredentialVault
{
    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private ImmutableSortedDictionary<string, Entry> _entries;

    /// <exception cref="InvalidDataException">A stored credential cannot be decrypted.</exception>
    public CredentialVault(IStore store, EventLog events, TimeProvider time)
    {
        (_store, _events, _time) = (store, events, time);
        _entries = store.Load(Table.Credentials).Select(Open).ToImmutableSortedDictionary(e => e.Name, e => e, StringComparer.Ordinal);
    }

    private sealed record Stored(string Username, DateTimeOffset Changed, byte[] Current, byte[]? Next, IReadOnlyList<string>? Proven);

    private sealed record Entry(
        string Name, long Version, string Username, DateTimeOffset Changed, Secret Current, Secret? Next, ImmutableHashSet<string> Proven)
    {
        public Credential Public => new(Name, Version, Username, Changed, Next is not null);
    }

    public IReadOnlyList<Credential> All => [.. _entries.Values.Select(e => e.Public)];

    public Credential? Find(string name) => _entries.GetValueOrDefault(name)?.Public;

    /// <summary>The login of the BMC of <paramref name="machine"/>; null if there is no such credential.</summary>
    public Login? For(string name, MachineId machine) =>
        _entries.GetValueOrDefault(name) is { } entry ? new Login(
            entry.Username, entry.Next is { } next && entry.Proven.Contains(machine.Value) ? next : entry.Current) : null;

    /// <summary>The login of a provider; null if there is no such credential.</summary>
    public Login? ForProvider(string name) =>
        _entries.GetValueOrDefault(name) is { } entry ? new Login(entry.Username, entry.Current) : null;

    /// <summary>Creates or replaces a credential.</summary>
    /// <param name="password">Null keeps the stored one.</param>
    public async Task<Applied<Credential>> PutAsync(
        string name, string username, Secret? password, long? expected, bool dryRun, string by = "the operator")
    {
        Applied<Credential>? applied = null;
        await PutAllAsync([new CredentialPut(name, username, password, expected)], by, async (judged, changes) =>
        {
            applied = judged[0];
            if (dryRun || changes.Count == 0)
                return false;
            await _store.CommitAsync(changes).ConfigureAwait(false);
            return true;
        }).ConfigureAwait(false);
        return applied!;
    }

    /// <summary>Validates several credentials, and keeps them if they were stored.</summary>
    /// <param name="by">The user.</param>
    /// <param name="store">Receives the result and the change of each; returns whether all were stored.</param>
    internal async Task PutAllAsync(
        IReadOnlyList<CredentialPut> puts, string by, Func<IReadOnlyList<Applied<Credential>>, IReadOnlyList<Change>, Task<bool>> store)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var judged = puts.Select(Judge).ToList();
            var changed = judged.Select(j => j.Changed).OfType<Entry>().ToList();
            if (!await store([.. judged.Select(j => j.Applied)], [.. changed.Select(entry => Replacing(entry, entry.Version - 1))])
                .ConfigureAwait(false))
                return;
            lock (_lock)
                _entries = _entries.SetItems(changed.Select(entry => KeyValuePair.Create(entry.Name, entry)));
            foreach (var entry in changed)
                _events.Add("credential.changed", Level.Info, null, null,
                    $"credential {entry.Name} {(entry.Version == 1 ? "created" : "changed")} by {by}");
        }
        finally
        {
            _writing.Release();
        }
    }

    private (Applied<Credential> Applied, Entry? Changed) Judge(CredentialPut put)
    {
        var name = put.Name;
        var current = _entries.GetValueOrDefault(name);
        var version = current?.Version ?? 0;
        if (put.Expected is { } e && e != version)
            return Refused(Refusal.Changed($"credential {name} is at version {version}, not {e}; get it again and repeat the change"));
        if (put.Password is null && current is null)
            return Refused(Refusal.Invalid("/password", $"is missing; credential {name} is new, so it has no stored password to keep"));
        if (current is not null && current.Username == put.Username
            && (put.Password is null || put.Password.Sha256 == current.Current.Sha256))
            return (Applied<Credential>.Unchanged(current.Public), null);
        if (current?.Next is not null)
            return Refused(Refusal.Conflict("/password",
                $"a password change of credential {name} is incomplete; finish it first: "
                    + $"rackboot credential rotate {name}"));
        var changed = new Entry(name, version + 1, put.Username, _time.GetUtcNow(), put.Password ?? current!.Current, null, []);
        return (new Applied<Credential>(changed.Public, Created: current is null), changed);

        static (Applied<Credential>, Entry?) Refused(Refusal refusal) => (Applied<Credential>.Refused(refusal), null);
    }

    /// <summary>Deletes a credential; the caller has checked that it is unused.</summary>
    public async Task DeleteAsync(string name, string by = "the operator")
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await _store.CommitAsync([Change.Delete(Table.Credentials, name)]).ConfigureAwait(false);
            lock (_lock)
                _entries = _entries.Remove(name);
        }
        finally
        {
            _writing.Release();
        }

        _events.Add("credential.deleted", Level.Info, null, null, $"credential {name} deleted by {by}");
    }

    /// <summary>Keeps <paramref name="next"/> as well as the present password, on disk before any BMC gets it. A running change keeps
    /// the password it began with.</summary>
    /// <returns>The new password.</returns>
    public Task<Secret> BeginChangeAsync(string name, Secret next) =>
        UpdateAsync(name, e => e.Next is not null ? e : e with { Next = next, Proven = [] }, e => e.Next!);

    /// <summary>The new password, if a change is running.</summary>
    public Secret? Next(string name) => _entries.GetValueOrDefault(name)?.Next;

    /// <summary>Whether a login to the BMC of <paramref name="machine"/> succeeded with the new password.</summary>
    public bool HasProven(string name, MachineId machine) =>
        _entries.GetValueOrDefault(name) is { Next: not null } entry && entry.Proven.Contains(machine.Value);

    /// <summary>A login to the BMC of <paramref name="machine"/> succeeded with the new password.</summary>
    public Task ProvenAsync(string name, MachineId machine) =>
        UpdateAsync(name, e => e with { Proven = e.Proven.Add(machine.Value) }, _ => true);

    /// <summary>Every BMC accepts the new password: deletes the old one.</summary>
    public Task FinishChangeAsync(string name) => UpdateAsync(
        name, e => e.Next is null ? e : e with { Current = e.Next, Next = null, Proven = [], Changed = _time.GetUtcNow() }, _ => true);

    private async Task<T> UpdateAsync<T>(string name, Func<Entry, Entry> change, Func<Entry, T> result)
    {
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            var current = _entries.GetValueOrDefault(name) ?? throw new InvalidOperationException($"there is no credential {name}");
            var changed = change(current);
            if (changed != current)
                await KeepAsync(changed = changed with { Version = current.Version + 1 }, current.Version).ConfigureAwait(false);
            return result(changed);
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task KeepAsync(Entry entry, long expected)
    {
        await _store.CommitAsync([Replacing(entry, expected)]).ConfigureAwait(false);
        lock (_lock)
            _entries = _entries.SetItem(entry.Name, entry);
    }

    private static Change Replacing(Entry entry, long expected)
    {
        var stored = new Stored(
            entry.Username, entry.Changed, entry.Current.Reveal().ToArray(), entry.Next?.Reveal().ToArray(),
            entry.Proven.IsEmpty ? null : [.. entry.Proven]);
        return Change.Replace(Table.Credentials, entry.Name, stored, expected);
    }

    private static Entry Open(StoredDocument document)
    {
        var stored = StoreJson.Read<Stored>(document);
        return new Entry(document.Key, document.Version, stored.Username, stored.Changed, new Secret(stored.Current),
            stored.Next is null ? null : new Secret(stored.Next), [.. stored.Proven ?? []]);
    }
}
