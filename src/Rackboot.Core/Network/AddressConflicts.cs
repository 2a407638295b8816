using System.Collections.Concurrent;
using System.Net;
using Rackboot.Core.Boot;
using Rackboot.Core.Machines;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Addresses in use without a lease, and the substitutes for machines whose reserved address is affected.</summary>
public sealed class AddressConflicts(TimeProvider time)
{
    private const int Most = 1024;
    private static readonly TimeSpan KeptFor = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<IPAddress, (string? By, long At)> _used = new();

    /// <summary>Another host uses <paramref name="address"/>.</summary>
    /// <param name="by">The hardware address that answered; null if it was not seen.</param>
    public void Add(IPAddress address, string? by)
    {
        if (_used.Count >= Most)
            foreach (var (old, use) in _used)
                if (time.GetElapsedTime(use.At) > KeptFor)
                    _used.TryRemove(old, out _);
        if (_used.Count < Most || _used.ContainsKey(address))
            _used[address] = (by, time.GetTimestamp());
    }

    /// <summary>Why the machine got an address other than its reserved one; null if it did not, or nothing is
    /// reserved.</summary>
    internal (Fact Fact, string Text)? Instead(Machine machine, IPAddress given, DhcpSubnet subnet, AddressBook addresses,
        Inventory inventory)
    {
        if (machine.Spec?.Address is not { } reserved || reserved.Equals(given) || given.Equals(IPAddress.Any))
            return null;
        if (!subnet.Network.Contains(reserved))
            return (new Fact(FactKind.OtherAddress, $"{reserved}"),
                $"its reserved address {reserved} is not in {subnet.Network}, its current subnet; it got {given} instead");
        if (_used.TryGetValue(reserved, out var use) && time.GetElapsedTime(use.At) <= KeptFor)
            return (new Fact(FactKind.AddressTaken, $"{reserved}"),
                $"its reserved address {reserved} is used without a lease by {Who(use.By, inventory)}; it got {given} instead");
        var holder = addresses.Proof(reserved);
        var who = holder.Machine is { } id && id != machine.Id ? inventory.Fleet[id]?.Name : null;
        return holder.Card is null && who is null ? null
            : (new Fact(FactKind.AddressTaken, $"{reserved}"),
                $"its reserved address {reserved} is leased to "
                    + $"{who ?? "another client"}{(holder.Card is { } card ? $" ({card})" : "")}; it got {given} instead");
    }

    private static string Who(string? by, Inventory inventory) =>
        by is null ? "somebody"
        : MacAddress.TryParse(by, out var mac) && inventory.Fleet.Find(new MachineIdentity { Mac = mac }) is { } machine
            ? $"{machine.Name} ({by})"
        : by;
}
