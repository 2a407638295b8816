using System.Collections.Concurrent;
using System.Net;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Network;

/// <summary>Which machine has which address now: by its lease, or, where another server gives the addresses, by what was overheard of it.</summary>
public sealed class AddressBook(TimeProvider time)
{
    private readonly ConcurrentDictionary<IPAddress, (MachineId Machine, DateTimeOffset Until)> _addresses = new();

    public void Set(IPAddress address, MachineId machine, DateTimeOffset until) => _addresses[address] = (machine, until);

    public void Remove(IPAddress address) => _addresses.TryRemove(address, out _);

    /// <summary>The machine <paramref name="gone"/> is no more: its addresses are those of <paramref name="heir"/>, or nobody's.</summary>
    public void Inherit(MachineId gone, MachineId? heir)
    {
        foreach (var (address, entry) in _addresses)
            if (entry.Machine != gone)
                continue;
            else if (heir is { } machine)
                _addresses.TryUpdate(address, entry with { Machine = machine }, entry);
            else
                _addresses.TryRemove(new(address, entry));
    }

    /// <summary>The machine that has <paramref name="address"/>, or null.</summary>
    public MachineId? At(IPAddress? address)
    {
        if (address is null)
            return null;
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return _addresses.TryGetValue(address, out var entry) && entry.Until > time.GetUtcNow() ? entry.Machine : null;
    }

    public IPAddress? Of(MachineId machine)
    {
        var now = time.GetUtcNow();
        foreach (var (address, entry) in _addresses)
            if (entry.Machine == machine && entry.Until > now)
                return address;
        return null;
    }
}
