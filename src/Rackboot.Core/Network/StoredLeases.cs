using System.Collections.Concurrent;
using Rackboot.Core.Storage;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Leases in the appliance's store.</summary>
public sealed class StoredLeases(IStore store) : ILeaseStore
{
    // SQLite reads while what it has read is parsed on all cores and taken; and not all is held at once: there may be a million.
    private const int ReadAtOnce = 1024;
    private const int MostAhead = 4;

    public void Load(Action<Lease> take)
    {
        using var read = new BlockingCollection<List<StoredDocument>>(MostAhead);
        using var stop = new CancellationTokenSource();
        var reading = Task.Run(() => Read(read, stop.Token));
        try
        {
            foreach (var documents in read.GetConsumingEnumerable())
                foreach (var (_, lease) in StoreJson.ReadAll<Lease>(documents))
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

    private void Read(BlockingCollection<List<StoredDocument>> into, CancellationToken stop)
    {
        try
        {
            var documents = new List<StoredDocument>(ReadAtOnce);
            store.Walk(Table.Leases, document =>
            {
                documents.Add(document);
                if (documents.Count < ReadAtOnce)
                    return;
                into.Add(documents, stop);
                documents = new List<StoredDocument>(ReadAtOnce);
            });
            into.Add(documents, stop);
        }
        finally
        {
            into.CompleteAdding();
        }
    }
}
