using Rackboot.Core.Machines;

namespace Rackboot.Core.Network;

/// <summary>The address that each of many cards got last. There may be a million: an entry is the address alone, and its card is looked
/// up, which takes 7 to 14 bytes a card where a set takes 16 to 32.</summary>
/// <param name="cardOf">The card that has an address: the same from <see cref="Set"/> until <see cref="Remove"/>.</param>
internal sealed class CardIndex(Func<uint, MacAddress> cardOf)
{
    // A card's place comes from its hash, or is the next one that is free. 0 is no address that a card could have.
    private uint[] _places = new uint[16];
    private byte[] _tags = new byte[16]; // more of each card's hash: of 256 other cards one is looked up, which took a fifth of a start
    private int _count;

    /// <summary>Null if it has none.</summary>
    public uint? Find(MacAddress card) => _places[PlaceOf(card, out _)] is not 0 and var address ? address : null;

    /// <summary><paramref name="card"/> has <paramref name="address"/> from now on, and is found by no other.</summary>
    public void Set(MacAddress card, uint address)
    {
        if (_places[PlaceOf(card, out _)] == 0 && ++_count > _places.Length / 4 * 3)
        {
            var all = _places;
            (_places, _tags) = (new uint[all.Length * 2], new byte[all.Length * 2]);
            foreach (var there in all)
                if (there != 0)
                    Place(cardOf(there), there);
        }

        Place(card, address);
    }

    /// <summary>Its card has <paramref name="address"/> no longer; nothing changes if it has another since.</summary>
    public void Remove(uint address)
    {
        var place = PlaceOf(cardOf(address), out _);
        if (_places[place] != address)
            return;
        _count--;
        _places[place] = 0;
        for (var next = Next(place); _places[next] is not 0 and var pushed; next = Next(next)) // nothing may be behind a gap
        {
            _places[next] = 0;
            Place(cardOf(pushed), pushed);
        }
    }

    private void Place(MacAddress card, uint address)
    {
        var place = PlaceOf(card, out var tag);
        (_places[place], _tags[place]) = (address, tag);
    }

    // Where the card is, or would be.
    private int PlaceOf(MacAddress card, out byte tag)
    {
        var hash = HashCode.Combine(card.Number); // with a seed: nobody can choose cards that collide
        var place = hash & (_places.Length - 1);
        tag = (byte)(hash >> 24);
        while (_places[place] is not 0 and var address && (_tags[place] != tag || cardOf(address) != card))
            place = Next(place);
        return place;
    }

    private int Next(int place) => (place + 1) & (_places.Length - 1);
}
