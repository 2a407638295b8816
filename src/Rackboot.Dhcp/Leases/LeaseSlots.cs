using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace Rackboot.Dhcp;

/// <summary>The addresses of a <see cref="LeaseTable"/>, found by address and by subnet and key. A million lie in arrays: an object for
/// each, with its words, took four times the memory.</summary>
internal sealed class LeaseSlots
{
    private const int SlotsInChunk = 1024; // a chunk never moves: an array of all of them would be copied to grow

    private readonly List<LeaseSlot[]> _chunks = [];
    private readonly AddressMap<int> _byAddress = new();
    private readonly HashSet<int> _byKey;
    private readonly HashSet<int>.AlternateLookup<KeyInNetwork> _keys;
    private readonly List<IPNetwork> _networks = [];
    private readonly Dictionary<IPNetwork, int> _numbers = [];

    public LeaseSlots()
    {
        _byKey = new HashSet<int>(new ByKey(this));
        _keys = _byKey.GetAlternateLookup<KeyInNetwork>();
    }

    private readonly record struct KeyInNetwork(int Network, string Key);

    public int Count { get; private set; }

    public LeaseEntry this[int place] => new(this, place);

    public ref LeaseSlot At(int place) => ref _chunks[place / SlotsInChunk][place % SlotsInChunk];

    public IPNetwork Network(int number) => _networks[number];

    public int NumberOf(IPNetwork network)
    {
        if (_numbers.TryGetValue(network, out var number))
            return number;
        _networks.Add(network);
        _numbers.Add(network, _networks.Count - 1);
        return _networks.Count - 1;
    }

    public LeaseEntry? Find(uint address) => _byAddress.Find(address) is { } place ? this[place] : null;

    /// <inheritdoc cref="AddressMap{T}.PagesFrom"/>
    public IReadOnlyList<uint> PagesFrom(uint address) => _byAddress.PagesFrom(address);

    /// <summary>The leases of a page, by address.</summary>
    public IReadOnlyList<PackedLease> LeasesOn(uint page) =>
        [.. _byAddress.OnPage(page).Select(place => At(place).Lease).Where(lease => !lease.IsNone)];

    /// <summary>The address that <paramref name="key"/> finds in <paramref name="subnet"/>.</summary>
    public LeaseEntry? Find(IPNetwork subnet, string key) =>
        _numbers.TryGetValue(subnet, out var number) && _keys.TryGetValue(new KeyInNetwork(number, key), out var place)
            ? this[place] : null;

    /// <summary>Adds an address that is not there yet: offered to nobody, found by no key.</summary>
    public LeaseEntry Add(uint address, IPNetwork subnet)
    {
        var place = Count++;
        if (place / SlotsInChunk == _chunks.Count)
            _chunks.Add(new LeaseSlot[SlotsInChunk]);
        At(place) = new LeaseSlot { Address = address, Network = NumberOf(subnet), State = -1, Due = -1 };
        _byAddress.Set(address, place);
        return this[place];
    }

    /// <summary>Adds an address that is not there yet, with its lease, found by its holder, who finds no other.</summary>
    public LeaseEntry Add(uint address, IPNetwork subnet, Lease lease)
    {
        var entry = Add(address, subnet);
        (entry.State, entry.Since, entry.Expires) = (lease.State, lease.Since, lease.Expires);
        At(entry.Place).Lease = PackedLease.Of(lease);
        _byKey.Add(entry.Place);
        return entry;
    }

    /// <summary>Its key finds <paramref name="entry"/> from now on, and no other address.</summary>
    public void Remember(LeaseEntry entry)
    {
        if (Find(entry.Subnet, entry.Key) is { } other)
        {
            if (other == entry)
                return;
            _byKey.Remove(other.Place);
        }

        _byKey.Add(entry.Place);
    }

    /// <summary>No key finds <paramref name="entry"/> any more. To be called before its key or its subnet changes.</summary>
    public void Forget(LeaseEntry entry) => _byKey.Remove(entry.Place);

    /// <summary>No key finds anything any more.</summary>
    public void ForgetAll() => _byKey.Clear();

    private sealed class ByKey(LeaseSlots slots) : IEqualityComparer<int>, IAlternateEqualityComparer<KeyInNetwork, int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int place) => HashCode.Combine(slots.At(place).Network, slots[place].HashOfKey());

        public bool Equals(KeyInNetwork alternate, int other) =>
            slots.At(other).Network == alternate.Network && slots[other].HasKey(alternate.Key);

        public int GetHashCode(KeyInNetwork alternate) =>
            HashCode.Combine(alternate.Network, alternate.Key.GetHashCode(StringComparison.Ordinal));

        [DoesNotReturn]
        public int Create(KeyInNetwork alternate) => throw new NotSupportedException("a key alone makes no address");
    }
}
