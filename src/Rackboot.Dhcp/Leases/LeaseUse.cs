using System.Net;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Rackboot.Dhcp;

/// <summary>How many leases are in force.</summary>
public sealed class LeaseUse
{
    private readonly Dictionary<IPNetwork, int> _leases = [];
    private readonly Dictionary<IPNetwork, (uint First, uint Last, int Leased)> _ranges = [];

    internal LeaseUse(IEnumerable<DhcpSubnet> subnets)
    {
        foreach (var subnet in subnets)
            if (subnet.Range is { } range)
                _ranges[subnet.Network] = (DhcpMessage.ToNumber(range.First), DhcpMessage.ToNumber(range.Last), 0);
    }

    /// <summary>Of each subnet that has some, also of those that are no longer served.</summary>
    public IReadOnlyDictionary<IPNetwork, int> Leases => _leases;

    /// <summary>Of those the ones whose address belongs to the range of the subnet: a reserved address may lie outside.</summary>
    public int InRange(IPNetwork subnet) => _ranges.GetValueOrDefault(subnet).Leased;

    internal void Add(IPNetwork subnet, uint address)
    {
        CollectionsMarshal.GetValueRefOrAddDefault(_leases, subnet, out _)++;
        ref var range = ref CollectionsMarshal.GetValueRefOrNullRef(_ranges, subnet);
        if (!Unsafe.IsNullRef(ref range) && address >= range.First && address <= range.Last)
            range.Leased++;
    }
}
