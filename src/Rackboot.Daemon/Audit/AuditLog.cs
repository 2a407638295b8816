using Microsoft.Extensions.Logging;
using Rackboot.Contracts;
using Rackboot.Core.Events;
using Rackboot.Core.Storage;

namespace Rackboot.Daemon.Audit;

/// <summary>What was done and refused. Entries are only added; each carries the hash of the one before, so that a changed or missing one
/// shows.</summary>
internal sealed class AuditLog
{
    /// <summary>What the entry says that takes the place of those whose time is over.</summary>
    public const string Removal = "retention";

    private const int LongestText = 300;

    // Keys have 16 digits; those of a thousand entries begin alike.
    private const int KeyDigits = 16;
    private const int BlockDigits = 3;
    private const int AtOnce = 1000;

    private readonly SemaphoreSlim _adding = new(1, 1);
    private readonly IStore _store;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private long _first = 1;
    private long _last;
    private string _head = AuditRecord.Origin;
    private long _lost;

    public AuditLog(IStore store, EventLog events, TimeProvider time)
    {
        (_store, _events, _time) = (store, events, time);
        StoredDocument? first = null, last = null;
        store.Walk(Table.Audit, document => (first, last) = (first ?? document, document));
        if (first is null || StoreJson.Read<AuditRecord>(last!) is not { } newest)
            return;
        (_first, _last, _head) = (StoreJson.Read<AuditRecord>(first).Id, newest.Id, newest.Hash);
    }

    /// <summary>Entries that could not be stored since the daemon started.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Adds an entry; it is on disk when the task ends. Where the disk takes none, that is an event, and what was asked goes
    /// on.</summary>
    public async Task AddAsync(
        string who, string from, string what, IReadOnlyList<string> machines, int result, string? detail = null)
    {
        await _adding.WaitAsync().ConfigureAwait(false);
        try
        {
            await AppendAsync(who, from, what, machines, result, detail, []).ConfigureAwait(false);
        }
        catch (StoreException e)
        {
            Interlocked.Increment(ref _lost);
            _events.Add("audit.lost", Level.Error, null, null,
                $"the audit has no entry of this: {who} from {from}: {OneLine(what)}, answered {result}; {e.Message}");
        }
        finally
        {
            _adding.Release();
        }
    }

    /// <summary>The entries before one (null: all), newest first, no more than are read.</summary>
    public IEnumerable<AuditRecord> Newest(long? before = null)
    {
        for (var block = Math.Min(_last, (before ?? long.MaxValue) - 1) / AtOnce; block >= _first / AtOnce; block--)
            foreach (var document in _store.Load(Table.Audit, Key(block * AtOnce)[..^BlockDigits]).Reverse())
                if (StoreJson.Read<AuditRecord>(document) is var entry && (before is null || entry.Id < before))
                    yield return entry;
    }

    /// <summary>Computes every hash again.</summary>
    /// <param name="contains">A head that was noted before; it must still be there.</param>
    public AuditCheck Check(string? contains = null)
    {
        var chain = new AuditChain(contains);
        _store.Walk(Table.Audit, document => chain.Add(StoreJson.Read<AuditRecord>(document)));
        return chain.Result();
    }

    /// <summary>Removes entries that are older than <paramref name="keep"/>, and says so in a new one.</summary>
    public async Task RemoveOldAsync(TimeSpan keep)
    {
        var limit = _time.GetUtcNow() - keep;
        var old = _store.Load(Table.Audit, Key(_first)[..^BlockDigits]).Select(StoreJson.Read<AuditRecord>)
            .TakeWhile(e => e.Time < limit && e.Id < _last).ToList();
        if (old.Count == 0)
            return;
        await _adding.WaitAsync().ConfigureAwait(false);
        try
        {
            await AppendAsync("rackbootd", "-", Removal, [], 0, $"{old[0].Id}-{old[^1].Id}",
                old.Select(e => Change.Delete(Table.Audit, Key(e.Id)))).ConfigureAwait(false);
            _first = old[^1].Id + 1;
        }
        catch (StoreException)
        {
            // They go the next time.
        }
        finally
        {
            _adding.Release();
        }
    }

    private async Task AppendAsync(string who, string from, string what, IReadOnlyList<string> machines, int result, string? detail,
        IEnumerable<Change> beside)
    {
        var entry = new AuditRecord
        {
            Id = _last + 1,
            Time = _time.GetUtcNow(),
            Who = OneLine(who),
            From = from,
            What = OneLine(what),
            Machines = machines,
            Result = result,
            Detail = detail is null ? null : OneLine(detail),
            Previous = _head,
        };
        entry = entry with { Hash = entry.ComputeHash() };
        await _store.CommitAsync([Change.Put(Table.Audit, Key(entry.Id), entry), .. beside]).ConfigureAwait(false);
        (_last, _head) = (entry.Id, entry.Hash);
    }

    private static string Key(long id) => id.ToString($"d{KeyDigits}");

    // Paths come from outside.
    private static string OneLine(string text) =>
        new([.. text.Take(LongestText).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c)]);
}
