using System.Collections.Concurrent;
using Rackboot.Core.Storage;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Leases in the appliance's store.</summary>
public sealed class StoredLeases(IStore store) : ILeaseStore
{
    // SQLite reads, what it has read is parsed and what is parsed is taken, each on a core that is free; and not all is held at once:
    // there may be a million.
    private const int ReadAtOnce = 1024;
    private const int MostAhead = 4;

    public void Load(Action<Lease> take)
    {
        using var read = new BlockingCollection<Task<Lease[]>>(MostAhead);
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() => Read(read, stop.Token));
        try
        {
            foreach (var leases in read.GetConsumingEnumerable())
                foreach (var lease in leases.GetAwaiter().GetResult())
                    take(lease);
        }
        finally
        {
            stop.Cancel();
            Task.WaitAny(reading);
        }

        reading.GetAwaiter().GetResult();
    }

    public Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel)
    {
        var writes = new Change[changes.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = Change.Put(Table.Leases, changes[i].Address.ToString(), changes[i]);
        return store.CommitAsync(writes);
    }

    private void Read(BlockingCollection<Task<Lease[]>> into, CancellationToken stop)
    {
        try
        {
            var documents = new List<StoredDocument>(ReadAtOnce);
            store.Walk(Table.Leases, document =>
            {
                documents.Add(document);
                if (documents.Count < ReadAtOnce)
                    return;
                into.Add(ParseAsync(documents), stop);
                documents = new List<StoredDocument>(ReadAtOnce);
            });
            into.Add(ParseAsync(documents), stop);
        }
        finally
        {
            into.CompleteAdding();
        }
    }

    private static Task<Lease[]> ParseAsync(List<StoredDocument> documents) =>
        Task.Run(() => documents.Select(StoreJson.Read<Lease>).ToArray());
}
