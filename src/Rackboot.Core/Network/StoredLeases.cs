using Rackboot.Core.Storage;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Leases in the appliance's store.</summary>
public sealed class StoredLeases(IStore store) : ILeaseStore
{
    public void Load(Action<Lease> take) => store.Walk(Table.Leases, document => take(StoreJson.Read<Lease>(document)));

    public Task CommitAsync(IReadOnlyList<Lease> changes, CancellationToken cancel)
    {
        var writes = new Change[changes.Count];
        for (var i = 0; i < writes.Length; i++)
            writes[i] = Change.Put(Table.Leases, changes[i].Address.ToString(), changes[i]);
        return store.CommitAsync(writes);
    }
}
