using System.Collections;

namespace Rackboot.Dhcp;

/// <summary>Leases as they were at one moment, each unpacked when it is read.</summary>
internal sealed class LeaseList(List<PackedLease> packed) : IReadOnlyList<Lease>
{
    public int Count => packed.Count;

    public Lease this[int index] => packed[index].Unpack();

    public IEnumerator<Lease> GetEnumerator() => packed.Select(lease => lease.Unpack()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
