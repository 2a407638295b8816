using System.Collections.Immutable;
using Rackboot.Contracts;
using Rackboot.Contracts.Selection;
using Rackboot.Core;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;
using Rackboot.Daemon.Authorization;

namespace Rackboot.Daemon.Authentication;

/// <summary>The tokens that let callers in. A change is on disk before it is answered; a token that ends, ends what its holder
/// follows.</summary>
internal sealed class TokenBook
{
    private const int Most = 1000;

    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private ImmutableDictionary<string, Live> _byId = ImmutableDictionary<string, Live>.Empty;

    public TokenBook(IStore store, EventLog events, TimeProvider time)
    {
        (_store, _events, _time) = (store, events, time);
        _byId = store.Load(Table.Tokens).Select(StoreJson.Read<StoredToken>).ToImmutableDictionary(t => t.Id, t => new Live(t));
    }

    /// <summary>In the order of their names; those that have ended too, for a day.</summary>
    public IEnumerable<AccessToken> All => _byId.Values.OrderBy(t => t.Stored.Name, StringComparer.Ordinal).Select(Write);

    /// <summary>Whose token this is; null if it is nobody's, or has ended.</summary>
    public Identity? Find(string id, string hash)
    {
        if (!_byId.TryGetValue(id, out var live) || !TokenText.AreEqual(live.Stored.Hash, hash) || live.Stored.Expires <= _time.GetUtcNow())
            return null;
        live.Used = _time.GetUtcNow();
        return new Identity("token", live.Stored.Name, live.Rights, live.Ended.Token);
    }

    /// <summary>Makes a token.</summary>
    /// <returns>The token, which nobody can show again.</returns>
    public async Task<(CreatedToken? Created, Refusal? Refusal)> CreateAsync(string name, Rights rights, TimeSpan lifetime, string by)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Named(name) is { } other && other.Stored.Expires > _time.GetUtcNow())
                return (null, Refusal.Conflict("/name", $"there is a token {name}; revoke it first: rackboot token revoke {name}"));
            if (_byId.Count >= Most)
                return (null, Refusal.Conflict("", $"there are {Most:N0} tokens; revoke some first"));
            var now = _time.GetUtcNow();
            var (text, id, hash) = TokenText.Create();
            var token = new StoredToken(name, id, hash, rights.Role, rights.Secrets, rights.Scope?.ToString(), now, by, now + lifetime);
            await _store.CommitAsync([Change.Put(Table.Tokens, name, token)]).ConfigureAwait(false);
            var live = new Live(token);
            var byId = Named(name) is { } old ? _byId.Remove(old.Stored.Id) : _byId;
            _byId = byId.SetItem(id, live);
            _events.Add("token.created", Level.Info, null, null, $"token {name} made by {by}: {Describe(token)}, until {token.Expires:u}");
            return (new CreatedToken(text, Write(live)), null);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends a token at once.</summary>
    public async Task<Refusal?> RevokeAsync(string name, string by)
    {
        await _changing.WaitAsync().ConfigureAwait(false);
        try
        {
            if (Named(name) is not { } live)
                return Refusal.NotFound($"there is no token {name}");
            await _store.CommitAsync([Change.Delete(Table.Tokens, name)]).ConfigureAwait(false);
            _byId = _byId.Remove(live.Stored.Id);
            await live.Ended.CancelAsync().ConfigureAwait(false);
            _events.Add("token.revoked", Level.Info, null, null, $"token {name} revoked by {by}");
            return null;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Ends what holders of expired tokens follow, and forgets those that ended long ago.</summary>
    public async Task SweepAsync()
    {
        var now = _time.GetUtcNow();
        foreach (var live in _byId.Values.Where(t => t.Stored.Expires <= now))
        {
            await live.Ended.CancelAsync().ConfigureAwait(false);
            if (live.Stored.Expires < now - TimeSpan.FromDays(1))
                await RevokeAsync(live.Stored.Name, "rackbootd, since it expired").ConfigureAwait(false);
        }
    }

    private Live? Named(string name) => _byId.Values.FirstOrDefault(t => t.Stored.Name == name);

    private static string Describe(StoredToken token) =>
        $"{token.Role.ToString().ToLowerInvariant()}{(token.Secrets ? " with secrets" : "")}{(token.Scope is { } s ? $" of {s}" : "")}";

    private static AccessToken Write(Live live) => new()
    {
        Name = live.Stored.Name,
        Id = live.Stored.Id,
        Role = live.Stored.Role,
        Secrets = live.Stored.Secrets,
        Scope = live.Stored.Scope,
        Created = live.Stored.Created,
        By = live.Stored.By,
        Expires = live.Stored.Expires,
        Used = live.Used,
    };

    /// <summary>A token in use.</summary>
    private sealed class Live(StoredToken stored)
    {
        public StoredToken Stored { get; } = stored;

        public Rights Rights { get; } = new(stored.Role, stored.Secrets, stored.Scope is null ? null
            : LabelSelector.TryParse(stored.Scope, out var scope, out var error) ? scope : throw new InvalidDataException(error));

        public CancellationTokenSource Ended { get; } = new();

        public DateTimeOffset? Used { get; set; }
    }
}
