using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Who has which address, in memory. Not safe for several threads at once. An offer is held here for a while and nowhere else; what is
/// bound, released or declined is for the owner to commit before it counts.</summary>
internal sealed class LeaseTable(TimeSpan offerHold, Func<IPAddress, string?> reservedFor)
{
    private readonly Dictionary<uint, Entry> _byAddress = [];
    private readonly Dictionary<(IPNetwork Subnet, string Holder), Entry> _byHolder = [];

    // For each range: where the addresses begin that nobody ever had, and those that somebody had, by the time they come free.
    private readonly Dictionary<AddressRange, Pool> _pools = [];

    public sealed class Entry
    {
        public required uint Address { get; init; }
        public required IPNetwork Subnet { get; init; }
        public string Holder { get; set; } = "";
        public LeaseState? State { get; set; } // null: only offered
        public DateTimeOffset Since { get; set; }
        public DateTimeOffset Expires { get; set; }

        /// <summary>The lease as it was last committed, or null.</summary>
        public Lease? Lease { get; set; }

        /// <summary>Its place in the queue of its pool; other places of it there are stale.</summary>
        public DateTimeOffset? Due { get; set; }

        public bool IsFree(DateTimeOffset now) => State == LeaseState.Released || Expires <= now;
    }

    private sealed class Pool
    {
        public long Next { get; set; }
        public PriorityQueue<uint, DateTimeOffset> Used { get; } = new();
    }

    public int Count => _byAddress.Count;

    public IEnumerable<Lease> Committed => _byAddress.Values.Select(e => e.Lease).OfType<Lease>();

    public void Restore(Lease lease, IReadOnlyList<DhcpSubnet> subnets)
    {
        var network = IPNetwork.TryParse(lease.Subnet, out var stored) ? stored : subnets.FirstOrDefault(s => s.Network.Contains(lease.Address))?.Network;
        if (network is not { } subnet)
            return;
        var entry = new Entry
        {
            Address = DhcpMessage.ToNumber(lease.Address), Subnet = subnet, Holder = lease.Holder,
            State = lease.State, Since = lease.Since, Expires = lease.Expires, Lease = lease,
        };
        _byAddress[entry.Address] = entry;
        if (lease.State != LeaseState.Declined && (Held(subnet, lease.Holder) is not { } other || other.Expires < entry.Expires))
            _byHolder[(subnet, lease.Holder)] = entry;
        Reuse(entry);
    }

    /// <summary>The ranges may have changed: pools are found anew.</summary>
    public void RangesChanged()
    {
        _pools.Clear();
        foreach (var entry in _byAddress.Values)
            entry.Due = null;
    }

    public Entry? At(uint address) => _byAddress.GetValueOrDefault(address);

    /// <summary>What <paramref name="holder"/> has or last had in <paramref name="subnet"/>.</summary>
    public Entry? Held(IPNetwork subnet, string holder) => _byHolder.GetValueOrDefault((subnet, holder));

    /// <summary>Finds an address for <paramref name="holder"/> and holds it: its reservation; else what it has or had; else what it asks for; else
    /// one that nobody ever had; else the one that has been free for longest. Null if there is none.</summary>
    public Entry? Choose(DhcpSubnet subnet, string holder, IPAddress? reservation, uint requested, DateTimeOffset now)
    {
        if (reservation is not null && subnet.Network.Contains(reservation) && Claim(subnet, DhcpMessage.ToNumber(reservation), holder, now) is { } reserved)
            return reserved;
        if (Held(subnet.Network, holder) is { } held && MayHave(held.Address, holder, subnet) && Claim(subnet, held.Address, holder, now) is { } own)
            return own;
        if (subnet.Range is not { } range)
            return null;
        if (requested != 0 && Contains(range, requested) && MayHave(requested, holder, subnet) && Claim(subnet, requested, holder, now) is { } wish)
            return wish;
        return Fresh(subnet, range, holder, now) ?? Recycled(subnet, range, holder, now);
    }

    /// <summary>Whether <paramref name="holder"/> may have <paramref name="address"/>: it is not reserved for another.</summary>
    public bool MayHave(uint address, string holder, DhcpSubnet subnet)
    {
        var ip = DhcpMessage.ToAddress(address);
        return subnet.Network.Contains(ip) && (reservedFor(ip) is not { } owner || owner == holder);
    }

    /// <summary>Binds <paramref name="entry"/> to its holder from now on.</summary>
    public static void Bind(Entry entry, TimeSpan leaseTime, DateTimeOffset now)
    {
        if (entry.State != LeaseState.Bound || entry.IsFree(now))
            entry.Since = now;
        entry.State = LeaseState.Bound;
        entry.Expires = now + leaseTime;
    }

    /// <summary>Gives back an offer that was not taken.</summary>
    public void Withdraw(Entry entry, DateTimeOffset now)
    {
        if (entry.State is null)
            entry.Expires = now;
        Reuse(entry);
    }

    /// <summary>Ends a lease; its holder gets the address again if it comes back in time.</summary>
    public void Release(Entry entry, DateTimeOffset now)
    {
        entry.State = LeaseState.Released;
        entry.Expires = now;
        Reuse(entry);
    }

    /// <summary>Puts an address aside until <paramref name="until"/>.</summary>
    public void Decline(Entry entry, DateTimeOffset now, DateTimeOffset until)
    {
        _byHolder.Remove((entry.Subnet, entry.Holder));
        entry.State = LeaseState.Declined;
        entry.Holder = "";
        entry.Since = now;
        entry.Expires = until;
        Reuse(entry);
    }

    // Takes an address for a holder if it is free, or its own already. An offer keeps it for a while; a binding stays as it is.
    private Entry? Claim(DhcpSubnet subnet, uint address, string holder, DateTimeOffset now)
    {
        if (!_byAddress.TryGetValue(address, out var entry))
            _byAddress.Add(address, entry = new Entry { Address = address, Subnet = subnet.Network });
        else if (!entry.IsFree(now) && entry.Holder != holder)
            return null;
        if (entry.State == LeaseState.Bound && entry.Holder == holder && !entry.IsFree(now))
            return entry;
        if (entry.Holder != holder && _byHolder.TryGetValue((entry.Subnet, entry.Holder), out var former) && former == entry)
            _byHolder.Remove((entry.Subnet, entry.Holder));
        if (_byHolder.TryGetValue((subnet.Network, holder), out var other) && other != entry && other.State is null)
            Withdraw(other, now);
        entry.Holder = holder;
        entry.State = null;
        entry.Expires = now + offerHold;
        _byHolder[(subnet.Network, holder)] = entry;
        Reuse(entry);
        return entry;
    }

    private Entry? Fresh(DhcpSubnet subnet, AddressRange range, string holder, DateTimeOffset now)
    {
        var pool = PoolOf(range);
        for (long last = DhcpMessage.ToNumber(range.Last); pool.Next <= last;)
        {
            var address = (uint)pool.Next++;
            if (!_byAddress.ContainsKey(address) && MayHave(address, holder, subnet))
                return Claim(subnet, address, holder, now);
        }

        return null;
    }

    private Entry? Recycled(DhcpSubnet subnet, AddressRange range, string holder, DateTimeOffset now)
    {
        var used = PoolOf(range).Used;
        List<Entry>? notForThis = null;
        Entry? found = null;
        while (found is null && used.TryPeek(out var address, out var due) && due <= now)
        {
            used.Dequeue();
            var entry = _byAddress[address];
            if (entry.Due != due)
                continue;
            entry.Due = null;
            if (!entry.IsFree(now))
                Reuse(entry); // renewed since it was queued
            else if (MayHave(address, holder, subnet))
                found = Claim(subnet, address, holder, now);
            else
                (notForThis ??= []).Add(entry);
        }

        foreach (var entry in notForThis ?? [])
            Reuse(entry);
        return found;
    }

    // An address stands in the queue for the time it may come free. It may have been renewed when its turn comes; it never comes free unseen.
    private void Reuse(Entry entry)
    {
        if (entry.Due <= entry.Expires)
            return;
        foreach (var (range, pool) in _pools)
            if (Contains(range, entry.Address))
                Enqueue(pool, entry);
    }

    private static void Enqueue(Pool pool, Entry entry)
    {
        entry.Due = entry.Expires;
        pool.Used.Enqueue(entry.Address, entry.Expires);
    }

    private Pool PoolOf(AddressRange range)
    {
        if (_pools.TryGetValue(range, out var pool))
            return pool;
        _pools.Add(range, pool = new Pool { Next = DhcpMessage.ToNumber(range.First) });
        foreach (var entry in _byAddress.Values)
            if (Contains(range, entry.Address))
                Enqueue(pool, entry);
        return pool;
    }

    private static bool Contains(AddressRange range, uint address) =>
        address >= DhcpMessage.ToNumber(range.First) && address <= DhcpMessage.ToNumber(range.Last);
}
