using Rackboot.Core.Storage;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Leases in the appliance's store.</summary>
public sealed class StoredLeases(IStore store) : ILeaseStore
{
    public IReadOnlyList<Lease> Load()
    {
        var leases = new List<Lease>();
        store.Walk(Table.Leases, document => leases.Add(StoreJson.Read<Lease>(document)));
        return leases;
    }

    public Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel)
    {
        var writes = new Change[changes.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = Change.Put(Table.Leases, changes[i].Address.ToString(), changes[i]);
        return store.CommitAsync(writes);
    }
}
