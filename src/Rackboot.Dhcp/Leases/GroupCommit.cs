using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Makes leases durable, and only then sends what promises them. While one commit is under way, all that come in gather for the next.</summary>
internal sealed class GroupCommit(ILeaseStore store, IDhcpObserver observer, int mostWaiting)
{
    // More answers in one burst would overrun the receive buffer of a relay, where the answers of a whole rack meet (Linux gives a socket
    // 212,992 bytes, some 160 packets); one sync of the disk for this many costs next to nothing.
    private const int MostInOneCommit = 64;

    // When that many come in during one sync, the next waits a millisecond for more: the cores are needed for packets, and nobody notices the delay.
    private const int Busy = 4;

    private static readonly IPEndPoint Nowhere = new(IPAddress.Any, 0);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<Pending> _waiting = [];
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
                _waiting.Enqueue(new Pending(lease, ended, reply, port));
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
        var batch = new List<Pending>(MostInOneCommit);
        while (true)
        {
            if (batch.Count is >= Busy and < MostInOneCommit)
                await Task.Delay(1).ConfigureAwait(false);
            batch.Clear();
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _underWay = false;
                    if (_completing)
                        _done.TrySetResult();
                    return;
                }

                while (batch.Count < MostInOneCommit && _waiting.TryDequeue(out var pending))
                    batch.Add(pending);
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
