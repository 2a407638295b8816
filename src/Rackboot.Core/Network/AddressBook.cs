using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Trust;
using Rackboot.Dhcp;

namespace Rackboot.Core.Network;

/// <summary>Which machine has which address now: by its lease, or, where another server gives the addresses, by what was overheard of
/// it.</summary>
public sealed class AddressBook
{
    private const int MostOverheard = 65_536;
    private const int MostClaims = 4;

    // Another server may give the address to somebody else later; a machine that boots asks and uses its address within minutes.
    private static readonly TimeSpan OverheardFor = TimeSpan.FromHours(1);

    private static readonly TimeSpan ForgetEvery = TimeSpan.FromMinutes(1); // looking through all of them for each packet would cost a core

    private readonly Lock _lock = new();
    private readonly AddressMap<Entry> _addresses = new();
    private readonly Dictionary<MachineId, uint[]> _ofMachine = []; // in the order in which they were noted: it keeps its first
    private readonly CardIndex _ofCard; // what a card has that was of no machine then
    private readonly ConcurrentDictionary<IPAddress, ImmutableList<Overheard>> _overheard = new();
    private readonly ConcurrentDictionary<MacAddress, (IPAddress Address, DateTimeOffset At)> _newest = new(); // what a card asked for last

    private readonly TimeProvider _time;
    private DateTimeOffset _forgotten;

    public AddressBook(TimeProvider time)
    {
        _time = time;
        _ofCard = new CardIndex(address => _addresses.Find(address)?.OfCard ?? default);
    }

    // A machine without a value and a card of zeroes are none.
    private readonly record struct Entry(MachineId OfMachine, MacAddress OfCard, long UntilTicks)
    {
        public MachineId? Machine => OfMachine.Value is null ? null : OfMachine;
        public MacAddress? Card => OfCard == default ? null : OfCard;
    }

    private sealed record Overheard(MachineId? Machine, MacAddress Card, DateTimeOffset At);

    /// <summary>Whose an address is that was given to a card in the name of a machine, or in none.</summary>
    public Func<MachineId?, MacAddress?, MachineId?> Owner { get; set; } = (machine, _) => machine;

    /// <summary>Notes a lease.</summary>
    /// <param name="machine">Whose it is; null if the server did not know.</param>
    /// <param name="card">The hardware address that it was given to.</param>
    public void Set(IPAddress address, MachineId? machine, DateTimeOffset until, MacAddress? card = null)
    {
        lock (_lock)
            Set(DhcpMessage.ToNumber(address), new Entry(machine ?? default, card ?? default, until.UtcTicks));
    }

    public void Remove(IPAddress address)
    {
        lock (_lock)
            Remove(DhcpMessage.ToNumber(address));
    }

    /// <summary>Notes that <paramref name="card"/> was overheard asking another server for an address, or using it. Anybody can say so in
    /// another's name: an address that cards of several machines were overheard with is nobody's, until all but one asked for another: a
    /// server refuses all but one of those who ask for an address at once.</summary>
    public void Overhear(IPAddress address, MachineId? machine, MacAddress card)
    {
        var now = _time.GetUtcNow();
        if ((_overheard.Count >= MostOverheard || _newest.Count >= MostOverheard) && now - _forgotten >= ForgetEvery)
            ForgetOld(now);
        if (_newest.Count < MostOverheard || _newest.ContainsKey(card))
            _newest[card] = (address, now);
        if (_overheard.Count >= MostOverheard && !_overheard.ContainsKey(address))
            return;
        _overheard.AddOrUpdate(address, [new Overheard(machine, card, now)], (_, claims) =>
        {
            claims = claims.RemoveAll(c => c.Card == card || now - c.At > OverheardFor);
            return claims.Count >= MostClaims ? claims : claims.Add(new Overheard(machine, card, now));
        });
    }

    /// <summary>The machine <paramref name="gone"/> was removed: <paramref name="heir"/>, if any, gets its leased addresses, and of the
    /// overheard ones what its cards asked for last. All the overheard are not looked through: strangers replace one another as machines as
    /// fast as they send, and with 65,536 addresses each of them cost 22 ms.</summary>
    public void Inherit(MachineId gone, MachineId? heir)
    {
        lock (_lock)
            foreach (var address in _ofMachine.GetValueOrDefault(gone) ?? [])
                if (heir is { } machine)
                    Set(address, _addresses.Find(address)!.Value with { OfMachine = machine });
                else
                    Remove(address);
        foreach (var card in heir is { } known ? Cards(known) : [])
            if (_newest.TryGetValue(card, out var newest) && _overheard.TryGetValue(newest.Address, out var claims))
                _overheard.TryUpdate(
                    newest.Address, [.. claims.Select(c => c.Machine == gone ? c with { Machine = heir } : c)], claims);
    }

    /// <summary>The machine that has <paramref name="address"/>, or null.</summary>
    public MachineId? At(IPAddress? address) => address is null ? null : Proof(address).Machine;

    /// <summary>What is known of who has <paramref name="address"/>.</summary>
    public AddressProof Proof(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        var now = _time.GetUtcNow();
        if (Leased(address) is { } entry && entry.UntilTicks > now.UtcTicks)
            return new AddressProof(Owner(entry.Machine, entry.Card), entry.Card);
        if (!_overheard.TryGetValue(address, out var claims))
            return AddressProof.None;
        var young = claims.RemoveAll(c => now - c.At > OverheardFor);
        var proof = Proof(young);
        return proof.Contested
            ? Proof(young.RemoveAll(c => _newest.TryGetValue(c.Card, out var newest) && !newest.Address.Equals(address)))
            : proof;
    }

    /// <summary>Where a machine is that is in no network of ours; null if that is not known.</summary>
    public Func<MachineId, IPAddress?> Elsewhere { get; set; } = _ => null;

    /// <summary>The cards of a machine.</summary>
    public Func<MachineId, IReadOnlyCollection<MacAddress>> Cards { get; set; } = _ => [];

    public IPAddress? Of(MachineId machine)
    {
        var cards = Cards(machine);
        lock (_lock)
        {
            var now = _time.GetUtcNow().UtcTicks;
            foreach (var address in (_ofMachine.GetValueOrDefault(machine) ?? []).Concat(cards.Select(_ofCard.Find).OfType<uint>()))
                if (_addresses.Find(address) is { } entry && entry.UntilTicks > now && Owner(entry.Machine, entry.Card) == machine)
                    return DhcpMessage.ToAddress(address);
        }

        foreach (var card in cards)
            if (_newest.TryGetValue(card, out var newest) && Proof(newest.Address).Machine == machine)
                return newest.Address;
        return Elsewhere(machine);
    }

    private void Set(uint address, Entry entry)
    {
        var before = _addresses.Find(address);
        if (before?.OfMachine != entry.OfMachine || before?.OfCard != entry.OfCard)
        {
            if (before is not null)
                Remove(address);
            if (entry.Machine is { } machine)
                _ofMachine[machine] = [.. _ofMachine.GetValueOrDefault(machine) ?? [], address];
        }

        _addresses.Set(address, entry);
        if (entry is { Machine: null, Card: { } card })
            _ofCard.Set(card, address);
    }

    private void Remove(uint address)
    {
        if (_addresses.Find(address) is not { } entry)
            return;
        if (entry is { Machine: null, Card: not null })
            _ofCard.Remove(address);
        if (entry.Machine is { } machine && _ofMachine[machine] is var all)
            if (all.Length == 1)
                _ofMachine.Remove(machine);
            else
                _ofMachine[machine] = [.. all.Where(a => a != address)];
        _addresses.Remove(address);
    }

    private AddressProof Proof(ImmutableList<Overheard> claims)
    {
        AddressProof? proof = null;
        foreach (var claim in claims)
        {
            var owner = Owner(claim.Machine, claim.Card);
            if (proof is not null && proof.Machine != owner)
                return new AddressProof(null, null, Contested: true);
            proof ??= new AddressProof(owner, claim.Card);
        }

        return proof ?? AddressProof.None;
    }

    private Entry? Leased(IPAddress address)
    {
        lock (_lock)
            return _addresses.Find(DhcpMessage.ToNumber(address));
    }

    private void ForgetOld(DateTimeOffset now)
    {
        _forgotten = now;
        foreach (var (address, claims) in _overheard)
            if (claims.TrueForAll(c => now - c.At > OverheardFor))
                _overheard.TryRemove(new(address, claims));
        foreach (var (card, newest) in _newest)
            if (now - newest.At > OverheardFor)
                _newest.TryRemove(new(card, newest));
    }
}
