using System.Net;

namespace Rackboot.Dhcp;

/// <summary>Who has which address, in memory. Not safe for several threads at once. An offer is held here for a while and nowhere else;
/// what is bound, released or declined is for the owner to commit before it counts.</summary>
/// <param name="offerHold">How long an offered address is kept for whom it was offered to.</param>
/// <param name="reservedFor">The holder that an address is kept for, or null.</param>
internal sealed class LeaseTable(TimeSpan offerHold, Func<IPAddress, string?> reservedFor)
{
    private readonly LeaseSlots _slots = new();
    private readonly Dictionary<AddressRange, AddressPool> _pools = [];

    public int Count => _slots.Count;

    /// <summary>Places in the queues of free addresses, stale ones included.</summary>
    public int Queued => _pools.Values.Sum(p => p.Queued);

    /// <summary>Every lease that there ever was, but for those whose address has another since, by address. Each is unpacked when it is
    /// read.</summary>
    public IEnumerable<Lease> Leases => PagesFrom(0).SelectMany(LeasesOn).Select(lease => lease.Unpack());

    /// <inheritdoc cref="AddressMap{T}.PagesFrom"/>
    public IReadOnlyList<uint> PagesFrom(uint address) => _slots.PagesFrom(address);

    /// <inheritdoc cref="LeaseSlots.LeasesOn"/>
    public IReadOnlyList<PackedLease> LeasesOn(uint page) => _slots.LeasesOn(page);

    /// <summary>Counts the leases in force among those at some places.</summary>
    /// <returns>The place to go on with, or null after the last.</returns>
    public int? CountInForce(int from, int places, LeaseUse use, DateTimeOffset now)
    {
        var end = Math.Min(_slots.Count, from + places);
        for (var place = from; place < end; place++)
            if (_slots.At(place) is { State: (sbyte)LeaseState.Bound } slot && slot.Expires > now.UtcTicks)
                use.Add(_slots.Network(slot.Network), slot.Address);
        return end < _slots.Count ? end : null;
    }

    /// <summary>Takes in what was stored. A subnet may have got another size since.</summary>
    public void Restore(Lease lease, IReadOnlyList<DhcpSubnet> subnets)
    {
        if ((Containing(lease.Address, subnets) ?? (IPNetwork.TryParse(lease.Subnet, out var stored) ? stored : null)) is not { } subnet)
            return;
        var address = DhcpMessage.ToNumber(lease.Address);
        var known = At(address);
        if (known is null && lease is { Holder.Length: > 0, State: not LeaseState.Declined } && Held(subnet, lease.Holder) is null)
        {
            Reuse(_slots.Add(address, subnet, lease)); // nearly all: what follows takes three times as long
            return;
        }

        var entry = known ?? _slots.Add(address, subnet);
        _slots.Forget(entry);
        entry.Subnet = subnet;
        entry.Name(lease.Holder, lease.Holder, lease.HardwareAddress);
        (entry.State, entry.Since, entry.Expires) = (lease.State, lease.Since, lease.Expires);
        Remember(entry);
        entry.Lease = PackedLease.Of(lease);
        Reuse(entry);
    }

    /// <summary>The subnets may have other sizes and ranges from now on.</summary>
    public void SubnetsChanged(IReadOnlyList<DhcpSubnet> subnets)
    {
        _pools.Clear();
        _slots.ForgetAll();
        for (var place = 0; place < _slots.Count; place++)
        {
            var entry = _slots[place];
            entry.Due = null;
            entry.IsInLine = false;
            entry.Subnet = Containing(DhcpMessage.ToAddress(entry.Address), subnets) ?? entry.Subnet;
            Remember(entry);
        }
    }

    /// <summary>The clock was set by <paramref name="jump"/>: every time here moves with it.</summary>
    public void ClockJumped(TimeSpan jump)
    {
        _pools.Clear();
        for (var place = 0; place < _slots.Count; place++)
        {
            var entry = _slots[place];
            entry.Due = null;
            entry.IsInLine = false;
            entry.ClockJumped(jump);
        }
    }

    public LeaseEntry? At(uint address) => _slots.Find(address);

    /// <summary>What <paramref name="key"/> has or last had in <paramref name="subnet"/>.</summary>
    public LeaseEntry? Held(IPNetwork subnet, string key) => _slots.Find(subnet, key);

    /// <summary>Finds an address for <paramref name="claim"/> and holds it: its reservation; else what it has or had; else what it asks
    /// for; else one that nobody ever had; else the one that has been free for longest; else, for one that goes first, what a stranger was
    /// offered longest ago and has not taken. Null if there is none.</summary>
    public LeaseEntry? Choose(DhcpSubnet subnet, LeaseClaim claim, IPAddress? reservation, uint requested, DateTimeOffset now)
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
    public LeaseEntry? Take(DhcpSubnet subnet, uint address, LeaseClaim claim, DateTimeOffset now)
    {
        if (!CanTake(subnet, address, claim, now))
            return null;
        var entry = At(address) ?? _slots.Add(address, subnet.Network);
        claim = Beside(entry, subnet, claim, now);
        var other = Held(subnet.Network, claim.Key);
        if (other != entry && other is { State: null } offered)
            Withdraw(offered, now);
        if (entry.State != LeaseState.Bound || !entry.HasKey(claim.Key) || entry.IsFree(now))
        {
            entry.State = null;
            entry.Expires = now + offerHold;
        }

        if (other != entry)
            entry.Replaces = other is { State: LeaseState.Bound } bound && !bound.IsFree(now) ? other : null;
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
    public void Rename(LeaseEntry entry, DhcpSubnet subnet, LeaseClaim claim, DateTimeOffset now)
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
            || entry.HasKey(claim.Key) && (claim.TakesOver || entry.HasHardware(claim.HardwareAddress)));

    /// <summary>Binds <paramref name="entry"/> to its holder from now on.</summary>
    public void Bind(LeaseEntry entry, DhcpSubnet subnet, string hardwareAddress, DateTimeOffset now)
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
    public void Withdraw(LeaseEntry entry, DateTimeOffset now)
    {
        if (entry.State is null)
            entry.Expires = now;
        Reuse(entry);
    }

    /// <summary>Ends a lease; its holder gets the address again if it comes back in time.</summary>
    public void Release(LeaseEntry entry, DateTimeOffset now)
    {
        entry.State = LeaseState.Released;
        entry.Expires = now;
        Reuse(entry);
    }

    /// <summary>Puts an address aside until <paramref name="until"/>.</summary>
    public void Decline(LeaseEntry entry, DateTimeOffset now, DateTimeOffset until)
    {
        _slots.Forget(entry);
        entry.State = LeaseState.Declined;
        entry.Name("", "", "");
        entry.Since = now;
        entry.Expires = until;
        Reuse(entry);
    }

    // While another interface of the machine has the machine's address, this one's is an address beside it.
    private LeaseClaim Beside(LeaseEntry entry, DhcpSubnet subnet, LeaseClaim claim, DateTimeOffset now) =>
        !claim.TakesOver && Held(subnet.Network, claim.Key) is { } other && other != entry
            && !other.HasHardware(claim.HardwareAddress)
            && !other.IsFree(now)
            ? claim.OfFurtherInterface
            : claim;

    private void Own(LeaseEntry entry, IPNetwork subnet, LeaseClaim claim)
    {
        if (!entry.HasKey(claim.Key) || entry.Subnet != subnet)
        {
            _slots.Forget(entry);
            entry.Subnet = subnet;
        }

        entry.Name(claim.Holder, claim.Key, claim.HardwareAddress);
        _slots.Remember(entry);
    }

    // Of several addresses on record a holder has the one that it had last; the others are those of its further interfaces.
    private void Remember(LeaseEntry entry)
    {
        var (holder, hardware) = (entry.Holder, entry.HardwareAddress);
        if (holder.Length == 0 || entry.State == LeaseState.Declined)
            return;
        var other = Held(entry.Subnet, holder);
        var (first, further) = other is not { } there ? (entry, (LeaseEntry?)null)
            : there.Expires < entry.Expires ? (entry, there) : (there, entry);
        if (further is { } beside)
        {
            _slots.Forget(beside);
            hardware = beside.HardwareAddress;
            beside.Name(holder, new LeaseClaim(holder, "", hardware, false).OfFurtherInterface.Key, hardware);
            _slots.Remember(beside);
        }

        _slots.Forget(first);
        first.Name(holder, holder, first.HardwareAddress);
        _slots.Remember(first);
    }

    private LeaseEntry? Fresh(DhcpSubnet subnet, AddressRange range, LeaseClaim claim, DateTimeOffset now)
    {
        var pool = PoolOf(range);
        while (pool.TryNext(out var address))
        {
            if (At(address) is not null)
                continue;
            if (Take(subnet, address, claim, now) is { } entry)
                return entry;

            // Reserved for somebody else today; asked about again when the rest is used up.
            var passedOver = _slots.Add(address, subnet.Network);
            passedOver.State = LeaseState.Released;
            pool.Postpone(passedOver, now);
        }

        return null;
    }

    private LeaseEntry? Recycled(DhcpSubnet subnet, AddressRange range, LeaseClaim claim, DateTimeOffset now)
    {
        var pool = PoolOf(range);
        while (pool.TryDequeue(now, out var address, out var due))
        {
            var entry = At(address)!.Value;
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

    private LeaseEntry? OfferedToOthers(DhcpSubnet subnet, AddressRange range, LeaseClaim claim, DateTimeOffset now)
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
    private void Reuse(LeaseEntry entry)
    {
        if (entry.Due <= entry.Expires)
            return;
        foreach (var pool in _pools.Values)
            if (pool.Contains(entry.Address))
            {
                if (pool.IsCluttered(_slots.Count))
                    pool.Refill(_slots);
                pool.Enqueue(entry);
            }
    }

    private AddressPool PoolOf(AddressRange range)
    {
        if (_pools.TryGetValue(range, out var pool))
            return pool;
        _pools.Add(range, pool = new AddressPool(range));
        pool.Refill(_slots);
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
