using System.Buffers.Binary;
using System.Net;

namespace Rackboot.Cli.Setup;

/// <summary>IPv4 addresses as numbers.</summary>
internal static class Ipv4
{
    public static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    public static IPAddress Address(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }

    /// <summary>A range to give addresses from: a hundred in the second half of the network, or in the first if an address that is taken
    /// lies there. Null where neither half is free.</summary>
    public static string? Range(IPNetwork network, IEnumerable<IPAddress> taken)
    {
        var first = Number(network.BaseAddress) + 1;
        var last = (Number(network.BaseAddress) | uint.MaxValue >> network.PrefixLength) - 1;
        var used = taken.Select(Number).ToHashSet();
        var size = Math.Min(100, (last - first) / 2);
        uint[] begins = last - first > 250 ? [first + 99, first + 9, first + 149] : [first + (last - first + 1) / 2, first + 1];
        foreach (var begin in begins)
            if (size > 0 && begin + size - 1 <= last && !used.Any(a => a >= begin && a < begin + size))
                return $"{Address(begin)}-{Address(begin + size - 1)}";
        return null;
    }
}
