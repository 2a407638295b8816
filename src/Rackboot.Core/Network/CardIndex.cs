using System.Diagnostics.CodeAnalysis;
using Rackboot.Core.Machines;

namespace Rackboot.Core.Network;

/// <summary>The address that each of many cards got last. There may be a million: an entry is the address, and the card is looked up,
/// which takes half of a dictionary.</summary>
/// <param name="cardOf">The card that has an address; must stay the same for as long as the address is here.</param>
internal sealed class CardIndex(Func<uint, MacAddress> cardOf)
{
    private readonly HashSet<uint> _addresses = new(new ByCard(cardOf));

    private HashSet<uint>.AlternateLookup<MacAddress> Cards => _addresses.GetAlternateLookup<MacAddress>();

    /// <summary>Null if it has none.</summary>
    public uint? Find(MacAddress card) => Cards.TryGetValue(card, out var address) ? address : null;

    /// <summary><paramref name="card"/> has <paramref name="address"/> from now on, and is found by no other.</summary>
    public void Set(MacAddress card, uint address)
    {
        if (Find(card) is { } before && before != address)
            _addresses.Remove(before);
        _addresses.Add(address);
    }

    /// <summary>To be called while the address has its card still.</summary>
    public void Remove(uint address) => _addresses.Remove(address);

    private sealed class ByCard(Func<uint, MacAddress> cardOf) : IEqualityComparer<uint>, IAlternateEqualityComparer<MacAddress, uint>
    {
        public bool Equals(uint x, uint y) => x == y;

        public int GetHashCode(uint address) => cardOf(address).GetHashCode();

        public bool Equals(MacAddress card, uint address) => cardOf(address) == card;

        public int GetHashCode(MacAddress card) => card.GetHashCode();

        [DoesNotReturn]
        public uint Create(MacAddress card) => throw new NotSupportedException("a card alone has no address");
    }
}
