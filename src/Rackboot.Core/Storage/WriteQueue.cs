namespace Rackboot.Core.Storage;

/// <summary>Changes to be written, in order. Posted changes are bounded in number and bytes; awaited ones are always
/// accepted.</summary>
internal sealed class WriteQueue
{
    private const int MostPosted = 65_536;
    private const long MostPostedBytes = 16 * 1024 * 1024;
    private const int MostInOneBatch = 4096;
    private const long MostBytesInOneBatch = 4 * 1024 * 1024;

    // A monitor and no channel: waiting for a channel's reader spins, several times a lease, on cores that have packets to answer.
    private readonly Queue<Work> _work = [];
    private bool _closing;
    private int _posted;
    private long _postedBytes;
    private long _dropped;

    /// <param name="Rekeyed">Encrypts everything with another key, instead of changes.</param>
    /// <param name="Done">Completed after the write; null if nobody waits.</param>
    internal sealed record Work(IReadOnlyList<Change> Changes, TaskCompletionSource? Done, Action? Rekeyed = null)
    {
        public long Bytes => Changes.Sum(c => c.Body?.LongLength ?? 0);
    }

    /// <summary>Changes that were posted and given up.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public bool TryAdd(Work work)
    {
        lock (_work)
        {
            if (_closing)
                return false;
            _work.Enqueue(work);
            Monitor.Pulse(_work);
            return true;
        }
    }

    /// <summary>Adds a change that nobody waits for, or drops and counts it when too much waits.</summary>
    public void Post(Change change)
    {
        var bytes = change.Body?.LongLength ?? 0;
        lock (_work)
        {
            if (!_closing && _posted < MostPosted && _postedBytes + bytes <= MostPostedBytes)
            {
                (_posted, _postedBytes) = (_posted + 1, _postedBytes + bytes);
                _work.Enqueue(new Work([change], null));
                Monitor.Pulse(_work);
                return;
            }
        }

        CountDropped(1);
    }

    public void CountDropped(int changes) => Interlocked.Add(ref _dropped, changes);

    /// <summary>Waits for work and takes what fits into one transaction. False when closed and empty.</summary>
    public bool Gather(List<Work> batch)
    {
        batch.Clear();
        lock (_work)
        {
            while (_work.Count == 0)
            {
                if (_closing)
                    return false;
                Monitor.Wait(_work);
            }

            for (long bytes = 0; batch.Count < MostInOneBatch && bytes < MostBytesInOneBatch
                && _work.TryDequeue(out var work); bytes += work.Bytes)
            {
                batch.Add(work);
                if (work.Done is null)
                    (_posted, _postedBytes) = (_posted - 1, _postedBytes - work.Bytes);
            }

            return true;
        }
    }

    /// <summary>Takes no more; what waits is still handed out.</summary>
    /// <returns>False if it was closed before.</returns>
    public bool Close()
    {
        lock (_work)
        {
            if (_closing)
                return false;
            _closing = true;
            Monitor.Pulse(_work);
            return true;
        }
    }
}
