namespace Rackboot.Core.Machines;

/// <summary>The cards that asked last, so that one that asks again is noticed. Not thread-safe.</summary>
internal sealed class FirstSights(int most)
{
    private readonly HashSet<MacAddress> _cards = new(most);
    private readonly Queue<MacAddress> _order = new(most);

    /// <summary>Remembers <paramref name="card"/>, in place of the oldest.</summary>
    /// <returns>Whether it was not remembered before.</returns>
    public bool Add(MacAddress card)
    {
        if (_cards.Contains(card))
            return false;
        if (_order.Count >= most)
            _cards.Remove(_order.Dequeue());
        _order.Enqueue(card);
        return _cards.Add(card);
    }
}
