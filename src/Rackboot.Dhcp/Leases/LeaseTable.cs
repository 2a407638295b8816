using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Who has which address, in memory. Not safe for several threads at once. An offer is held here for a while and nowhere else;
/// what is bound, released or declined is for the owner to commit before it counts.</summary>
/// <param name="offerHold">How long an offered address is kept for whom it was offered to.</param>
/// <param name="reservedFor">The holder that an address is kept for, or null.</param>
internal sealed class LeaseTable(TimeSpan offerHold, Func<IPAddress, string?> reservedFor)
{
    private readonly Dictionary<uint, Entry> _byAddress = [];
    private readonly Dictionary<(IPNetwork Subnet, string Key), Entry> _byKey = [];
    private readonly Dictionary<AddressRange, AddressPool> _pools = [];

    /// <remarks>There may be a million: times are kept as numbers, half as large as what they are told as.</remarks>
    public sealed class Entry
    {
        private const long Never = -1;

        private long _since;
        private long _expires;
        private long _heard;
        private long _probedUntil;
        private long _inUseUntil;
        private long _due = Never;

        public required uint Address { get; init; }
        public required IPNetwork Subnet { get; set; }
        public string Holder { get; set; } = "";

        /// <summary><see cref="LeaseClaim.Key"/>.</summary>
        public string Key { get; set; } = "";

        /// <summary>The interface that asked for it last.</summary>
        public string HardwareAddress { get; set; } = "";
        public LeaseState? State { get; set; } // null: only offered
        public DateTimeOffset Since { get => Told(_since); set => _since = value.UtcTicks; }
        public DateTimeOffset Expires { get => Told(_expires); set => _expires = value.UtcTicks; }

        /// <summary>When its interface spoke last.</summary>
        public DateTimeOffset Heard { get => Told(_heard); set => _heard = value.UtcTicks; }

        /// <summary>The lease as it was last decided, or null if there never was one.</summary>
        public Lease? Lease { get; set; }

        /// <summary>What its holder had before it was offered this address; ends when this one is taken.</summary>
        public Entry? Replaces { get; set; }

        /// <summary>Until when a probe that nobody answered counts.</summary>
        public DateTimeOffset ProbedUntil { get => Told(_probedUntil); set => _probedUntil = value.UtcTicks; }

        /// <summary>Until when a probe that was answered counts.</summary>
        public DateTimeOffset InUseUntil { get => Told(_inUseUntil); set => _inUseUntil = value.UtcTicks; }

        /// <summary>Its place in the queue of its pool; other places of it there are stale.</summary>
        public DateTimeOffset? Due { get => _due == Never ? null : Told(_due); set => _due = value?.UtcTicks ?? Never; }

        /// <summary>It stands in <see cref="AddressPool.Offered"/>.</summary>
        public bool IsInLine { get; set; }

        /// <summary>It was offered to a claim that goes first.</summary>
        public bool WentFirst { get; set; }

        public bool IsFree(DateTimeOffset now) => State == LeaseState.Released || Expires <= now;

        private static DateTimeOffset Told(long ticks) => new(ticks, TimeSpan.Zero);
    }

    public int Count => _byAddress.Count;

    /// <summary>Places in the queues of free addresses, stale ones included.</summary>
    public int Queued => _pools.Values.Sum(p => p.Queued);

    /// <summary>Every lease that there ever was, but for those whose address has another since.</summary>
    public IReadOnlyList<Lease> Leases
    {
        get
        {
            var leases = new List<Lease>(_byAddress.Count);
            foreach (var entry in _byAddress.Values)
                if (entry.Lease is { } lease)
                    leases.Add(lease);
            return leases;
        }
    }

    /// <summary>Takes in what was stored. A subnet may have got another size since.</summary>
    public void Restore(Lease lease, IReadOnlyList<DhcpSubnet> subnets)
    {
        if ((Containing(lease.Address, subnets) ?? (IPNetwork.TryParse(lease.Subnet, out var stored) ? stored : null)) is not { } subnet)
            return;
        var entry = new Entry
        {
            Address = DhcpMessage.ToNumber(lease.Address),
            Subnet = subnet,
            Holder = lease.Holder,
            Key = lease.Holder,
            HardwareAddress = lease.HardwareAddress,
            State = lease.State,
            Since = lease.Since,
            Expires = lease.Expires,
            Lease = lease,
        };
        _byAddress[entry.Address] = entry;
        Remember(entry);
        Reuse(entry);
    }

    /// <summary>The subnets may have other sizes and ranges from now on.</summary>
    public void SubnetsChanged(IReadOnlyList<DhcpSubnet> subnets)
    {
        _pools.Clear();
        _byKey.Clear();
        foreach (var entry in _byAddress.Values)
        {
            entry.Due = null;
            entry.IsInLine = false;
            entry.Subnet = Containing(DhcpMessage.ToAddress(entry.Address), subnets) ?? entry.Subnet;
            Remember(entry);
        }
    }

    public Entry? At(uint address) => _byAddress.GetValueOrDefault(address);

    /// <summary>What <paramref name="key"/> has or last had in <paramref name="subnet"/>.</summary>
    public Entry? Held(IPNetwork subnet, string key) => _byKey.GetValueOrDefault((subnet, key));

    /// <summary>Finds an address for <paramref name="claim"/> and holds it: its reservation; else what it has or had; else what it asks
    /// for; else one that nobody ever had; else the one that has been free for longest; else, for one that goes first, what a stranger was
    /// offered longest ago and has not taken. Null if there is none.</summary>
    public Entry? Choose(DhcpSubnet subnet, LeaseClaim claim, IPAddress? reservation, uint requested, DateTimeOffset now)
    {
        if (reservation is not null && subnet.Network.Contains(reservation)
            && Take(subnet, DhcpMessage.ToNumber(reservation), claim, now) is { } reserved)
            return reserved;
        if (Held(subnet.Network, claim.Key) is { } held && Take(subnet, held.Address, claim, now) is { } own)
            return own;
        if (subnet.Range is not { } range)
            return null;
        if (requested != 0 && PoolOf(range).Contains(requested) && Take(subnet, requested, claim, now) is { } wish)
            return wish;
        return Fresh(subnet, range, claim, now) ?? Recycled(subnet, range, claim, now)
            ?? (claim.GoesFirst ? OfferedToOthers(subnet, range, claim, now) : null);
    }

    /// <summary>Whether <paramref name="holder"/> may have <paramref name="address"/>: a host can have it, and it is not reserved for
    /// another.</summary>
    public bool MayHave(uint address, string holder, DhcpSubnet subnet)
    {
        var ip = DhcpMessage.ToAddress(address);
        return subnet.Network.Contains(ip) && !ip.Equals(subnet.Router) && IsHostAddress(address, subnet.Network)
            && (reservedFor(ip) is not { } owner || owner == holder);
    }

    /// <summary>Takes an address for a holder if it may have it and it is free, or its own already. An offer keeps it for a while; a
    /// binding stays as it is.</summary>
    public Entry? Take(DhcpSubnet subnet, uint address, LeaseClaim claim, DateTimeOffset now)
    {
        if (!CanTake(subnet, address, claim, now))
            return null;
        if (!_byAddress.TryGetValue(address, out var entry))
            _byAddress.Add(address, entry = new Entry { Address = address, Subnet = subnet.Network });
        claim = Beside(entry, subnet, claim, now);
        var other = Held(subnet.Network, claim.Key);
        if (other != entry && other is { State: null })
            Withdraw(other, now);
        if (entry.State != LeaseState.Bound || entry.Key != claim.Key || entry.IsFree(now))
        {
            entry.State = null;
            entry.Expires = now + offerHold;
        }

        if (other != entry)
            entry.Replaces = other is { State: LeaseState.Bound } && !other.IsFree(now) ? other : null;
        Own(entry, subnet.Network, claim);
        entry.Heard = now;
        entry.WentFirst = claim.GoesFirst;
        Reuse(entry);
        if (entry is { State: null, WentFirst: false, IsInLine: false } && subnet.Range is { } range)
        {
            entry.IsInLine = true;
            PoolOf(range).Offered.Enqueue(entry);
        }

        return entry;
    }

    /// <summary>The client that has <paramref name="entry"/> is called by <paramref name="claim"/> from now on.</summary>
    public void Rename(Entry entry, DhcpSubnet subnet, LeaseClaim claim, DateTimeOffset now)
    {
        claim = Beside(entry, subnet, claim, now);
        entry.Replaces = Held(subnet.Network, claim.Key) is { State: LeaseState.Bound } other && other != entry
            && !other.IsFree(now) ? other : null;
        Own(entry, subnet.Network, claim);
    }

    /// <summary>Whether <see cref="Take"/> would succeed.</summary>
    public bool CanTake(DhcpSubnet subnet, uint address, LeaseClaim claim, DateTimeOffset now) =>
        MayHave(address, claim.Holder, subnet)
        && (At(address) is not { } entry || entry.IsFree(now)
            || entry.Key == claim.Key && (claim.TakesOver || entry.HardwareAddress == claim.HardwareAddress));

    /// <summary>Binds <paramref name="entry"/> to its holder from now on.</summary>
    public void Bind(Entry entry, DhcpSubnet subnet, string hardwareAddress, DateTimeOffset now)
    {
        Own(entry, subnet.Network, new LeaseClaim(entry.Holder, entry.Key, hardwareAddress, TakesOver: true));
        entry.Heard = now;
        entry.ProbedUntil = default;
        if (entry.State != LeaseState.Bound || entry.IsFree(now))
            entry.Since = now;
        entry.State = LeaseState.Bound;
        entry.Expires = now + subnet.LeaseTime;
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
        Forget(entry);
        entry.State = LeaseState.Declined;
        entry.Holder = entry.Key = entry.HardwareAddress = "";
        entry.Since = now;
        entry.Expires = until;
        Reuse(entry);
    }

    // While another interface of the machine has the machine's address, this one's is an address beside it.
    private LeaseClaim Beside(Entry entry, DhcpSubnet subnet, LeaseClaim claim, DateTimeOffset now) =>
        !claim.TakesOver && Held(subnet.Network, claim.Key) is { } other && other != entry && other.HardwareAddress != claim.HardwareAddress
            && !other.IsFree(now)
            ? claim.OfFurtherInterface
            : claim;

    private void Own(Entry entry, IPNetwork subnet, LeaseClaim claim)
    {
        if (entry.Key != claim.Key || entry.Subnet != subnet)
            Forget(entry);
        (entry.Holder, entry.Key, entry.HardwareAddress, entry.Subnet) = (claim.Holder, claim.Key, claim.HardwareAddress, subnet);
        _byKey[(subnet, claim.Key)] = entry;
    }

    private void Forget(Entry entry)
    {
        if (_byKey.TryGetValue((entry.Subnet, entry.Key), out var held) && held == entry)
            _byKey.Remove((entry.Subnet, entry.Key));
    }

    // Of several addresses on record a holder has the one that it had last; the others are those of its further interfaces.
    private void Remember(Entry entry)
    {
        if (entry.Holder.Length == 0 || entry.State == LeaseState.Declined)
            return;
        var other = Held(entry.Subnet, entry.Holder);
        var (first, further) = other is null ? (entry, null) : other.Expires < entry.Expires ? (entry, other) : (other, entry);
        first.Key = first.Holder;
        _byKey[(first.Subnet, first.Key)] = first;
        if (further is null)
            return;
        further.Key = new LeaseClaim(further.Holder, "", further.HardwareAddress, false).OfFurtherInterface.Key;
        _byKey[(further.Subnet, further.Key)] = further;
    }

    private Entry? Fresh(DhcpSubnet subnet, AddressRange range, LeaseClaim claim, DateTimeOffset now)
    {
        var pool = PoolOf(range);
        while (pool.TryNext(out var address))
        {
            if (_byAddress.ContainsKey(address))
                continue;
            if (Take(subnet, address, claim, now) is { } entry)
                return entry;

            // Reserved for somebody else today; asked about again when the rest is used up.
            var passedOver = new Entry { Address = address, Subnet = subnet.Network, State = LeaseState.Released };
            _byAddress.Add(address, passedOver);
            pool.Postpone(passedOver, now);
        }

        return null;
    }

    private Entry? Recycled(DhcpSubnet subnet, AddressRange range, LeaseClaim claim, DateTimeOffset now)
    {
        var pool = PoolOf(range);
        while (pool.TryDequeue(now, out var address, out var due))
        {
            var entry = _byAddress[address];
            if (entry.Due != due)
                continue;
            entry.Due = null;
            if (!entry.IsFree(now))
                Reuse(entry); // renewed since it was queued
            else if (Take(subnet, address, claim, now) is { } found)
                return found;
            else
                pool.Postpone(entry, now);
        }

        return null;
    }

    private Entry? OfferedToOthers(DhcpSubnet subnet, AddressRange range, LeaseClaim claim, DateTimeOffset now)
    {
        var pool = PoolOf(range);
        while (pool.Offered.TryDequeue(out var entry))
        {
            entry.IsInLine = false;
            if (entry is not { State: null, WentFirst: false } || !pool.Contains(entry.Address))
                continue;
            Withdraw(entry, now);
            if (Take(subnet, entry.Address, claim, now) is { } found)
                return found;
        }

        return null;
    }

    // An address stands in the queue for the time it may come free. It may have been renewed when its turn comes; it never comes free
    // unseen.
    private void Reuse(Entry entry)
    {
        if (entry.Due <= entry.Expires)
            return;
        foreach (var pool in _pools.Values)
            if (pool.Contains(entry.Address))
            {
                if (pool.IsCluttered(_byAddress.Count))
                    pool.Refill(_byAddress.Values);
                pool.Enqueue(entry);
            }
    }

    private AddressPool PoolOf(AddressRange range)
    {
        if (_pools.TryGetValue(range, out var pool))
            return pool;
        _pools.Add(range, pool = new AddressPool(range));
        pool.Refill(_byAddress.Values);
        return pool;
    }

    private static IPNetwork? Containing(IPAddress address, IReadOnlyList<DhcpSubnet> subnets)
    {
        foreach (var subnet in subnets)
            if (subnet.Network.Contains(address))
                return subnet.Network;
        return null;
    }

    // The first and the last address of a network are not for hosts, but where there are only two (RFC 3021).
    private static bool IsHostAddress(uint address, IPNetwork network)
    {
        if (network.PrefixLength >= 31)
            return true;
        var host = address & uint.MaxValue >> network.PrefixLength;
        return host != 0 && host != uint.MaxValue >> network.PrefixLength;
    }
}
