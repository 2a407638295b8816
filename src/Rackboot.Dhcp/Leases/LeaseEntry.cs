using System.Net;

namespace Rackboot.Dhcp;

/// <summary>One address of a <see cref="LeaseTable"/>, by its place in <see cref="LeaseSlots"/>.</summary>
internal readonly record struct LeaseEntry(LeaseSlots Slots, int Place)
{
    private const long Never = -1;

    private ref LeaseSlot Slot => ref Slots.At(Place);

    public uint Address => Slot.Address;

    public IPNetwork Subnet
    {
        get => Slots.Network(Slot.Network);
        set => Slot.Network = Slots.NumberOf(value);
    }

    public string Holder => Slot.Now?.Holder ?? (Slot.Lease.IsNone ? "" : Slot.Lease.Holder.ToString());

    /// <summary><see cref="LeaseClaim.Key"/>.</summary>
    public string Key => Slot.Now?.Key ?? Holder;

    /// <summary>The interface that asked for it last.</summary>
    public string HardwareAddress =>
        Slot.Now?.HardwareAddress ?? (Slot.Lease.IsNone ? "" : Slot.Lease.HardwareAddress.ToString());

    /// <summary>Null: only offered.</summary>
    public LeaseState? State
    {
        get => Slot.State < 0 ? null : (LeaseState)Slot.State;
        set => Slot.State = value is { } state ? (sbyte)state : (sbyte)-1;
    }

    public DateTimeOffset Since { get => Told(Slot.Since); set => Slot.Since = value.UtcTicks; }
    public DateTimeOffset Expires { get => Told(Slot.Expires); set => Slot.Expires = value.UtcTicks; }

    /// <summary>When its interface spoke last.</summary>
    public DateTimeOffset Heard { get => Told(Slot.Heard); set => Slot.Heard = value.UtcTicks; }

    /// <summary>The lease as it was last decided, if there ever was one.</summary>
    public PackedLease Lease
    {
        get => Slot.Lease;
        set
        {
            if (Slot.Now is null && (!HasHolder(value.Holder.ToString()) || !HasHardware(value.HardwareAddress.ToString())))
                Deal();
            Slot.Lease = value;
            Settle();
        }
    }

    /// <summary>What its holder had before it was offered this address; ends when this one is taken.</summary>
    public LeaseEntry? Replaces
    {
        get => Slot.Now?.Replaces;
        set
        {
            if (value != Replaces)
                Deal().Replaces = value;
        }
    }

    /// <summary>Until when a probe that nobody answered counts.</summary>
    public DateTimeOffset ProbedUntil
    {
        get => Told(Slot.Now?.ProbedUntil ?? 0);
        set
        {
            if (value != ProbedUntil)
                Deal().ProbedUntil = value.UtcTicks;
        }
    }

    /// <summary>Until when a probe that was answered counts.</summary>
    public DateTimeOffset InUseUntil
    {
        get => Told(Slot.Now?.InUseUntil ?? 0);
        set => Deal().InUseUntil = value.UtcTicks;
    }

    /// <summary>Its place in the queue of its pool; other places of it there are stale.</summary>
    public DateTimeOffset? Due
    {
        get => Slot.Due == Never ? null : Told(Slot.Due);
        set => Slot.Due = value?.UtcTicks ?? Never;
    }

    /// <summary>It stands in <see cref="AddressPool.Offered"/>.</summary>
    public bool IsInLine { get => Slot.IsInLine; set => Slot.IsInLine = value; }

    /// <summary>It was offered to a claim that goes first.</summary>
    public bool WentFirst { get => Slot.WentFirst; set => Slot.WentFirst = value; }

    public bool IsFree(DateTimeOffset now) => Slot.State == (sbyte)LeaseState.Released || Slot.Expires <= now.UtcTicks;

    public bool HasHolder(string holder) => Slot.Now is { } now ? now.Holder == holder : LeaseWord(holder);

    public bool HasKey(string key) => Slot.Now is { } now ? now.Key == key : LeaseWord(key);

    public bool HasHardware(string address) => Slot.Now is { } now ? now.HardwareAddress == address
        : Slot.Lease.IsNone ? address.Length == 0 : Slot.Lease.HardwareAddress.Is(address);

    /// <summary>Whose it is from now on. The key may only change while <see cref="LeaseSlots"/> does not find the address by it.</summary>
    public void Name(string holder, string key, string hardwareAddress)
    {
        if (HasHolder(holder) && HasKey(key) && HasHardware(hardwareAddress))
            return;
        var now = Deal();
        (now.Holder, now.Key, now.HardwareAddress) = (holder, key, hardwareAddress);
    }

    /// <summary>Every time of it moves by <paramref name="jump"/>.</summary>
    public void ClockJumped(TimeSpan jump)
    {
        ref var slot = ref Slot;
        slot.Since = PackedLease.Moved(slot.Since, jump);
        slot.Expires = PackedLease.Moved(slot.Expires, jump);
        slot.Heard = PackedLease.Moved(slot.Heard, jump);
        if (!slot.Lease.IsNone)
            slot.Lease = slot.Lease.Moved(jump);
        if (slot.Now is { } now)
        {
            now.ProbedUntil = PackedLease.Moved(now.ProbedUntil, jump);
            now.InUseUntil = PackedLease.Moved(now.InUseUntil, jump);
        }
    }

    /// <summary>The hash code of <see cref="Key"/>.</summary>
    public int HashOfKey() => Slot.Now is { } now ? now.Key.GetHashCode(StringComparison.Ordinal)
        : Slot.Lease.IsNone ? "".GetHashCode(StringComparison.Ordinal) : Slot.Lease.Holder.HashOfText();

    private bool LeaseWord(string holder) => Slot.Lease.IsNone ? holder.Length == 0 : Slot.Lease.Holder.Is(holder);

    private LeaseSlot.Dealing Deal() =>
        Slot.Now ??= new LeaseSlot.Dealing { Holder = Holder, Key = Key, HardwareAddress = HardwareAddress };

    // What the lease says as well needs no room of its own.
    private void Settle()
    {
        if (Slot.Now is { Replaces: null, ProbedUntil: 0, InUseUntil: 0 } now && now.Key == now.Holder && LeaseWord(now.Holder)
            && Slot.Lease.HardwareAddress.Is(now.HardwareAddress))
            Slot.Now = null;
    }

    private static DateTimeOffset Told(long ticks) => new(ticks, TimeSpan.Zero);
}
