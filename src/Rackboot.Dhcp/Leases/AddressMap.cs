using System.Numerics;

namespace Rackboot.Dhcp;

/// <summary>A value for each of many IPv4 addresses, given as numbers (<see cref="DhcpMessage.ToNumber"/>). Neighbours lie together: a
/// range that is full takes little more than its values, where a dictionary takes twice as much and leaves as much behind when it grows.
/// Not safe for several threads at once.</summary>
public sealed class AddressMap<T>
    where T : struct
{
    private const int InPage = 64; // as many as its mask has bits; an address far from all others takes a page of its own

    private readonly Dictionary<uint, Page> _pages = [];

    /// <summary>How many addresses have a value.</summary>
    public int Count { get; private set; }

    /// <summary>The numbers of all pages from that of <paramref name="address"/> on, in order: what <see cref="OnPage"/> takes.</summary>
    public IReadOnlyList<uint> PagesFrom(uint address)
    {
        var first = address / InPage;
        return [.. _pages.Keys.Where(n => n >= first).Order()];
    }

    /// <summary>The values of a page's addresses, in order.</summary>
    public IReadOnlyList<T> OnPage(uint number)
    {
        var values = new List<T>();
        if (_pages.TryGetValue(number, out var page))
            for (var left = page.Taken; left != 0; left &= left - 1)
                values.Add(page.Values[BitOperations.TrailingZeroCount(left)]);
        return values;
    }

    /// <summary>The value of <paramref name="address"/>, or null if it has none.</summary>
    public T? Find(uint address) =>
        _pages.TryGetValue(address / InPage, out var page) && (page.Taken & BitOf(address)) != 0 ? page.Values[address % InPage] : null;

    /// <summary>Gives <paramref name="address"/> a value instead of the one that it may have.</summary>
    public void Set(uint address, T value)
    {
        if (!_pages.TryGetValue(address / InPage, out var page))
            _pages.Add(address / InPage, page = new Page());
        if ((page.Taken & BitOf(address)) == 0)
            Count++;
        page.Taken |= BitOf(address);
        page.Values[address % InPage] = value;
    }

    /// <summary>Takes the value from <paramref name="address"/>, if it has one.</summary>
    public void Remove(uint address)
    {
        if (!_pages.TryGetValue(address / InPage, out var page) || (page.Taken & BitOf(address)) == 0)
            return;
        Count--;
        page.Taken &= ~BitOf(address);
        page.Values[address % InPage] = default;
        if (page.Taken == 0)
            _pages.Remove(address / InPage);
    }

    private static ulong BitOf(uint address) => 1UL << (int)(address % InPage);

    private sealed class Page
    {
        public readonly T[] Values = new T[InPage];

        /// <summary>A bit for each address that has a value.</summary>
        public ulong Taken;
    }
}
