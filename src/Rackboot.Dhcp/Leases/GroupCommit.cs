using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Makes leases durable, and only then sends what promises them. While one commit is under way, all that come in gather for the
/// next. When nothing can be stored, a client is told what holds all the same: what is left of its stored lease, or its reserved
/// address.</summary>
internal sealed class GroupCommit(ILeaseStore store, IDhcpObserver observer, int mostWaiting, TimeProvider time)
{
    // More answers in one burst would overrun the receive buffer of a relay, where the answers of a whole rack meet (Linux gives a socket
    // 212,992 bytes, some 160 packets); one sync of the disk for this many costs next to nothing.
    private const int MostInOneCommit = 64;

    // A shorter rest is no use to a client that boots.
    private static readonly TimeSpan LeastRest = TimeSpan.FromSeconds(30);

    private static readonly IPEndPoint Nowhere = new(IPAddress.Any, 0);

    private readonly Lock _lock = new();
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Queue<Pending> _waiting = [];

    // What is stored of the addresses of which a change once could not be; none where that is not known. Of all others the last change is
    // what is stored.
    private readonly Dictionary<IPAddress, PackedLease> _stillStored = [];
    private bool _underWay;
    private bool _completing;

    private readonly record struct Pending(DhcpOutcome Outcome, IReplyPort Port);

    /// <summary>Queues a change of a lease with its reply. Two changes of one address are to be queued in the order in which they were
    /// decided.</summary>
    public void Add(DhcpOutcome outcome, IReplyPort port)
    {
        lock (_lock)
        {
            if (!_completing && _waiting.Count < mostWaiting)
            {
                _waiting.Enqueue(new Pending(outcome, port));
                return;
            }

            _stillStored.TryAdd(outcome.Commit!.Address, default);
            if (outcome.Ended is { } ended)
                _stillStored.TryAdd(ended.Address, default);
        }

        observer.Dropped(outcome.Reply?.Destination ?? Nowhere, "too many answers wait for the disk");
    }

    /// <summary>Commits what waits, unless a commit is under way, which is followed by the next. Runs on this thread for as long as the
    /// store does not keep it waiting: no other thread needs to be woken for a fast store.</summary>
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
                lock (_lock)
                    batch.ForEach(pending => Keep(pending.Outcome));
                foreach (var pending in batch)
                    if (!TryKeepPromise(pending))
                        // nothing was promised: the client asks again
                        observer.Dropped(Nowhere, $"leases could not be stored ({e.GetType().Name})");
            }
        }
    }

    private async Task CommitAsync(List<Pending> batch)
    {
        var leases = new List<Lease>(batch.Count);
        foreach (var (outcome, _) in batch)
        {
            leases.Add(outcome.Commit!);
            if (outcome.Ended is { } ended)
                leases.Add(ended);
        }

        await store.CommitAsync(leases, CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
            if (_stillStored.Count > 0)
                foreach (var lease in leases)
                    if (_stillStored.ContainsKey(lease.Address))
                        _stillStored[lease.Address] = PackedLease.Of(lease);
        foreach (var lease in leases)
            observer.LeaseChanged(lease);

        var replies = new List<DhcpReply>(batch.Count);
        for (var i = 0; i < batch.Count; i++)
        {
            if (batch[i].Outcome.Reply is { } reply)
                replies.Add(reply);
            if (i + 1 < batch.Count && batch[i + 1].Port == batch[i].Port)
                continue;
            batch[i].Port.Send(replies);
            replies.Clear();
        }
    }

    private void Keep(in DhcpOutcome outcome)
    {
        _stillStored.TryAdd(outcome.Commit!.Address, outcome.Before);
        if (outcome.Ended is { } ended)
            _stillStored.TryAdd(ended.Address, outcome.EndedBefore);
    }

    // What a restart would find must bear out what the client is told.
    private bool TryKeepPromise(in Pending pending)
    {
        if (pending.Outcome is not { Commit: { } lease, Reply: { Type: DhcpMessageType.Ack } reply })
            return false;
        var now = time.GetUtcNow();
        PackedLease kept;
        lock (_lock)
            kept = _stillStored[lease.Address];
        if (kept is { IsNone: false, State: LeaseState.Bound } && kept.Holder.Is(lease.Holder)
            && kept.Expires - now >= LeastRest)
        {
            var expires = kept.Expires < lease.Expires ? kept.Expires : lease.Expires;
            lease = lease with { Expires = expires };
            reply = ShorterLease.Of(reply, expires - now);
        }
        else if (!pending.Outcome.IsReserved)
            return false;
        observer.LeaseChanged(lease);
        pending.Port.Send([reply]);
        return true;
    }
}
