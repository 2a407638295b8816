using Rackboot.Core.Storage;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Leases in the appliance's store.</summary>
public sealed class StoredLeases(IStore store) : ILeaseStore
{
    // Read on all cores, and not held all at once: there may be a million.
    private const int ReadAtOnce = 1024;

    public void Load(Action<Lease> take)
    {
        var documents = new List<StoredDocument>(ReadAtOnce);
        store.Walk(Table.Leases, document =>
        {
            documents.Add(document);
            if (documents.Count == ReadAtOnce)
                Take();
        });
        Take();

        void Take()
        {
            foreach (var (_, lease) in StoreJson.ReadAll<Lease>(documents))
                take(lease);
            documents.Clear();
        }
    }

    public Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel)
    {
        var writes = new Change[changes.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = Change.Put(Table.Leases, changes[i].Address.ToString(), changes[i]);
        return store.CommitAsync(writes);
    }
}
