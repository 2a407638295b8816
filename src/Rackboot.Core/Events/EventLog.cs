using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Events;

/// <summary>All events, in order: the newest in memory and on disk, older ones deleted, and every new one sent to followers.
/// Repeated warnings and security events are counted.</summary>
public sealed class EventLog
{
    private const int MostUnreadPerFollower = 4096;

    private readonly Lock _lock = new();
    private readonly EventRings _rings = new();
    private readonly Repetitions _repetitions = new();
    private readonly List<Channel<RackEvent>> _followers = [];
    private readonly IStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _last;

    private HistorySettings _history;

    public EventLog(IStore store, TimeProvider time, ILogger<EventLog> log, HistorySettings? history = null)
    {
        (_store, _time, _log, _history) = (store, time, log, history ?? new HistorySettings());
        foreach (var stored in store.Load(Table.Events).Select(StoreJson.Read<RackEvent>))
        {
            Keep(stored with { Text = ShortText.Of(stored.Text) });
            _last = stored.Id;
        }
    }

    /// <summary>Limits of the stored events; applied at the next sweep.</summary>
    public HistorySettings History
    {
        get => _history;
        set
        {
            lock (_lock)
                _history = value;
        }
    }

    /// <summary>Records an event.</summary>
    public void Add(string kind, Level level, string? machine, string? boot, string text)
    {
        text = ShortText.Of(text);
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            TellEnded(now);
            if ((level == Level.Info && !SecurityEvents.Contains(kind)) || !_repetitions.IsRepeated(kind, level, machine, text, now))
                Tell(kind, level, machine, boot, text, now);
        }
    }

    /// <summary>Reports the events that were only counted in the last minute, and deletes expired ones. Call it every
    /// few seconds.</summary>
    public void Sweep()
    {
        var now = _time.GetUtcNow();
        lock (_lock)
        {
            TellEnded(now);
            Forget(_rings.Prune(_history, now));
        }
    }

    /// <summary>The events after number <paramref name="after"/> (none: only new ones), then each new one as it happens.</summary>
    public async IAsyncEnumerable<RackEvent> FollowAsync(long? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var follower = Channel.CreateBounded<RackEvent>(MostUnreadPerFollower);
        List<RackEvent> missed;
        lock (_lock)
        {
            missed = after is { } id ? _rings.After(id) : [];
            _followers.Add(follower);
        }

        try
        {
            foreach (var e in missed)
                yield return e;
            await foreach (var e in follower.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
                yield return e;
        }
        finally
        {
            lock (_lock)
                _followers.Remove(follower);
        }
    }

    private void TellEnded(DateTimeOffset now)
    {
        foreach (var (kind, level, machine, text) in _repetitions.TakeEnded(now))
            Tell(kind, level, machine, null, ShortText.Of(text), now);
    }

    private void Tell(string kind, Level level, string? machine, string? boot, string text, DateTimeOffset now)
    {
        var e = new RackEvent(++_last, now, kind, level, machine, boot, text);
        _store.Post(Change.Put(Table.Events, Key(e.Id), e));
        Keep(e);
        foreach (var follower in _followers)
            if (!follower.Writer.TryWrite(e))
                follower.Writer.TryComplete(new InvalidOperationException("the reader is too slow; continue after the last event it read"));
        _log.Log(level switch { Level.Error => LogLevel.Error, Level.Warning => LogLevel.Warning, _ => LogLevel.Information },
            "{Machine} {Kind}: {Text}", machine ?? "-", kind, text);
    }

    private void Keep(RackEvent e)
    {
        Forget(_rings.Add(e, _history));
    }

    private void Forget(IReadOnlyList<RackEvent> events)
    {
        foreach (var gone in events)
            _store.Post(Change.Delete(Table.Events, Key(gone.Id)));
    }

    private static string Key(long id) => id.ToString("d16");
}
