using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Rackboot.Core.Storage;

namespace Rackboot.Core.Events;

/// <summary>All events, in order: the newest in memory and on disk, older ones forgotten, and every new one sent to whoever follows.</summary>
public sealed class EventLog
{
    private const int Kept = 10_000;
    private const int MostUnreadPerFollower = 4096;

    private readonly Lock _lock = new();
    private readonly Queue<RackEvent> _events;
    private readonly List<Channel<RackEvent>> _followers = [];
    private readonly IStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _last;

    public EventLog(IStore store, TimeProvider time, ILogger<EventLog> log)
    {
        (_store, _time, _log) = (store, time, log);
        _events = new Queue<RackEvent>(store.Load(Table.Events).Select(StoreJson.Read<RackEvent>));
        _last = _events.Count == 0 ? 0 : _events.Last().Id;
        ForgetOldest();
    }

    /// <summary>Records that something happened.</summary>
    public void Add(string kind, Level level, string? machine, string? boot, string text)
    {
        lock (_lock)
        {
            var e = new RackEvent(++_last, _time.GetUtcNow(), kind, level, machine, boot, text);
            _events.Enqueue(e);
            _store.Post(Change.Put(Table.Events, Key(e.Id), e));
            ForgetOldest();
            foreach (var follower in _followers)
                if (!follower.Writer.TryWrite(e))
                    follower.Writer.TryComplete(new InvalidOperationException("read too slowly; go on after the last event that was read"));
        }

        _log.Log(level switch { Level.Error => LogLevel.Error, Level.Warning => LogLevel.Warning, _ => LogLevel.Information },
            "{Machine} {Kind}: {Text}", machine ?? "-", kind, text);
    }

    /// <summary>The events after number <paramref name="after"/> (none: only new ones), then each new one as it happens.</summary>
    public async IAsyncEnumerable<RackEvent> FollowAsync(long? after, [EnumeratorCancellation] CancellationToken cancel)
    {
        var follower = Channel.CreateBounded<RackEvent>(MostUnreadPerFollower);
        List<RackEvent> missed;
        lock (_lock)
        {
            missed = after is { } id ? [.. _events.Where(e => e.Id > id)] : [];
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

    private void ForgetOldest()
    {
        while (_events.Count > Kept)
            _store.Post(Change.Delete(Table.Events, Key(_events.Dequeue().Id)));
    }

    private static string Key(long id) => id.ToString("d16");
}
