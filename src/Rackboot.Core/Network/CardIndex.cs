using Rackboot.Core.Machines;

namespace Rackboot.Core.Network;

/// <summary>The address that each of many cards got last. There may be a million: an entry is the address alone, and its card is looked
/// up, which takes 4 to 8 bytes a card where a set takes 16 to 32.</summary>
/// <param name="cardOf">The card that has an address: the same from <see cref="Set"/> until <see cref="Remove"/>.</param>
internal sealed class CardIndex(Func<uint, MacAddress> cardOf)
{
    // A card's place comes from its hash, or is the next one that is free. 0 is no address that a card could have.
    private uint[] _places = new uint[16];
    private int _count;

    /// <summary>Null if it has none.</summary>
    public uint? Find(MacAddress card) => _places[PlaceOf(card)] is not 0 and var address ? address : null;

    /// <summary><paramref name="card"/> has <paramref name="address"/> from now on, and is found by no other.</summary>
    public void Set(MacAddress card, uint address)
    {
        var place = PlaceOf(card);
        if (_places[place] == 0 && ++_count > _places.Length / 4 * 3)
        {
            var all = _places;
            _places = new uint[all.Length * 2];
            foreach (var there in all)
                if (there != 0)
                    Place(there);
            place = PlaceOf(card);
        }

        _places[place] = address;
    }

    /// <summary>Its card has <paramref name="address"/> no longer; nothing changes if it has another since.</summary>
    public void Remove(uint address)
    {
        var place = PlaceOf(cardOf(address));
        if (_places[place] != address)
            return;
        _count--;
        _places[place] = 0;
        for (var next = Next(place); _places[next] is not 0 and var pushed; next = Next(next)) // nothing may be behind a gap
        {
            _places[next] = 0;
            Place(pushed);
        }
    }

    private void Place(uint address) => _places[PlaceOf(cardOf(address))] = address;

    // Where the card is, or would be.
    private int PlaceOf(MacAddress card)
    {
        var place = HashCode.Combine(card.Number) & (_places.Length - 1); // with a seed: nobody can choose cards that collide
        while (_places[place] is not 0 and var address && cardOf(address) != card)
            place = Next(place);
        return place;
    }

    private int Next(int place) => (place + 1) & (_places.Length - 1);
}
