using System.Net;
using System.Threading.Channels;

namespace Rackboot.Dhcp;

/// <summary>Makes leases durable, and only then sends what promises them. While one commit is under way, all that come in gather for the next.</summary>
internal sealed class GroupCommit(ILeaseStore store, IDhcpObserver observer, int mostWaiting)
{
    private static readonly IPEndPoint Nowhere = new(IPAddress.Any, 0);

    private readonly Channel<Pending> _pending = Channel.CreateBounded<Pending>(new BoundedChannelOptions(mostWaiting) { SingleReader = true });

    private readonly record struct Pending(Lease Lease, Lease? Ended, DhcpReply? Reply, IReplyPort Port);

    /// <summary>Queues a change of a lease with its reply. Two changes of one address are to be queued in the order in which they were decided.</summary>
    public void Add(Lease lease, Lease? ended, DhcpReply? reply, IReplyPort port)
    {
        if (!_pending.Writer.TryWrite(new Pending(lease, ended, reply, port)))
            observer.Dropped(reply?.Destination ?? Nowhere, "too many answers wait for the disk");
    }

    /// <summary>Takes no more; <see cref="RunAsync"/> ends when what waits is done.</summary>
    public void Complete() => _pending.Writer.TryComplete();

    public async Task RunAsync()
    {
        var batch = new List<Pending>();
        while (await _pending.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            batch.Clear();
            var leases = new List<Lease>();
            while (batch.Count < mostWaiting && _pending.Reader.TryRead(out var pending))
            {
                batch.Add(pending);
                leases.Add(pending.Lease);
                if (pending.Ended is { } ended)
                    leases.Add(ended);
            }

            try
            {
                await store.CommitAsync(leases, CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                // Nothing was promised: the clients ask again.
                observer.Dropped(Nowhere, $"leases could not be stored ({e.GetType().Name})");
                continue;
            }

            foreach (var lease in leases)
                observer.LeaseChanged(lease);
            foreach (var pending in batch)
                if (pending.Reply is { } reply)
                    pending.Port.Send(reply);
        }
    }
}
