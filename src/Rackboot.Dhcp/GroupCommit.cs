using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Makes leases durable, and only then sends what promises them. While one commit is under way, all that come in gather for the next.</summary>
internal sealed class GroupCommit(ILeaseStore store, IDhcpObserver observer, int mostWaiting)
{
    private static readonly IPEndPoint Nowhere = new(IPAddress.Any, 0);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private List<Pending> _waiting = [];
    private List<Pending> _spare = [];
    private bool _underWay;
    private bool _completing;

    private readonly record struct Pending(Lease Lease, Lease? Ended, DhcpReply? Reply, IReplyPort Port);

    /// <summary>Queues a change of a lease with its reply. Two changes of one address are to be queued in the order in which they were decided.</summary>
    public void Add(Lease lease, Lease? ended, DhcpReply? reply, IReplyPort port)
    {
        lock (_lock)
        {
            if (!_completing && _waiting.Count < mostWaiting)
            {
                _waiting.Add(new Pending(lease, ended, reply, port));
                return;
            }
        }

        observer.Dropped(reply?.Destination ?? Nowhere, "too many answers wait for the disk");
    }

    /// <summary>Commits what waits, unless a commit is under way, which is followed by the next. Runs on this thread for as long as the store does
    /// not keep it waiting: no other thread needs to be woken for a fast store.</summary>
    public void Start()
    {
        lock (_lock)
        {
            if (_underWay || _waiting.Count == 0)
                return;
            _underWay = true;
        }

        _ = RunAsync();
    }

    /// <summary>Takes no more, and commits what waits.</summary>
    public Task CompleteAsync()
    {
        lock (_lock)
        {
            _completing = true;
            if (!_underWay && _waiting.Count == 0)
                _done.TrySetResult();
        }

        Start();
        return _done.Task;
    }

    private async Task RunAsync()
    {
        while (true)
        {
            List<Pending> batch;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _underWay = false;
                    if (_completing)
                        _done.TrySetResult();
                    return;
                }

                batch = _waiting;
                (_waiting, _spare) = (_spare, batch);
            }

            try
            {
                await CommitAsync(batch).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Nothing was promised: the clients ask again.
                observer.Dropped(Nowhere, $"leases could not be stored ({e.GetType().Name})");
            }

            batch.Clear();
        }
    }

    private async Task CommitAsync(List<Pending> batch)
    {
        var leases = new List<Lease>(batch.Count);
        foreach (var pending in batch)
        {
            leases.Add(pending.Lease);
            if (pending.Ended is { } ended)
                leases.Add(ended);
        }

        await store.CommitAsync(leases, CancellationToken.None).ConfigureAwait(false);
        foreach (var lease in leases)
            observer.LeaseChanged(lease);
        foreach (var pending in batch)
            if (pending.Reply is { } reply)
                pending.Port.Send(reply);
    }
}
