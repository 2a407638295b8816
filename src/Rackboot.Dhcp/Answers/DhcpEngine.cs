using System.Net;

namespace Rackboot.Dhcp;

/// <summary>The rules of RFC 2131 §4.3: what each message leads to. Knows no sockets and waits for nothing; one message at a
/// time.</summary>
internal sealed class DhcpEngine
{
    private const string ThisServer = "this server";
    private static readonly TimeSpan ProbeCounts = TimeSpan.FromMinutes(1);

    // The interfaces of a machine that start together ask within this time; while an address is being configured it answers no probe.
    private static readonly TimeSpan StartsTogether = TimeSpan.FromSeconds(10);

    // A clock that is off by more was set; one that is off by less runs a little fast or slow.
    private static readonly TimeSpan LeastJump = TimeSpan.FromMinutes(1);

    private readonly DhcpServerOptions _options;
    private readonly IDhcpPolicy _policy;
    private readonly IDhcpObserver _observer;
    private readonly TimeProvider _time;
    private readonly Repetitions _repetitions;
    private readonly LeaseTable _table;
    private readonly DhcpMessage _message = new();
    private readonly ReplyComposer _composer;
    private IReadOnlyList<DhcpSubnet> _subnets;
    private HashSet<IPAddress> _own = [];
    private Ingress? _ingress;
    private DateTimeOffset _looked;
    private long _lookedAt;

    public DhcpEngine(DhcpServerOptions options, IDhcpPolicy policy, IDhcpObserver observer, TimeProvider time)
    {
        (_options, _policy, _observer, _time, _subnets) = (options, policy, observer, time, options.Subnets);
        _composer = new ReplyComposer(options);
        _table = new LeaseTable(options.OfferHold, address => _own.Contains(address) ? ThisServer : policy.ReservedFor(address));
        (_looked, _lookedAt) = (time.GetUtcNow(), time.GetTimestamp());
        _repetitions = new Repetitions(time);
    }

    /// <summary>Takes in a lease that was stored. One that was given in the future was given before the clock was set back: it lasts as
    /// long as it was to last, from now on.</summary>
    public void Restore(Lease lease)
    {
        var now = _time.GetUtcNow();
        _table.Restore(lease.Since <= now ? lease : lease with { Since = now, Expires = now + (lease.Expires - lease.Since) }, _subnets);
    }

    /// <summary>Who has which address, to be read only.</summary>
    public LeaseTable Table => _table;

    /// <summary>Nothing is counted yet.</summary>
    public LeaseUse NoUse() => new(_subnets);

    /// <summary>This host's own addresses are given to nobody.</summary>
    public void KeepForServer(IEnumerable<IPAddress> addresses) => _own = [.. addresses];

    public void Reconfigure(IReadOnlyList<DhcpSubnet> subnets)
    {
        _subnets = subnets;
        _table.SubnetsChanged(subnets);
    }

    /// <summary>Handles one message.</summary>
    public DhcpOutcome Handle(ReadOnlySpan<byte> packet, Ingress ingress)
    {
        _ingress = ingress;
        FollowClock();
        if (!DhcpMessage.TryParse(packet, _message, out var error))
            return Drop(ingress, error!);
        if (_message.Op != 1)
            return Drop(ingress, "a server's message");
        if (SubnetSelection.Find(_message, ingress, _subnets) is not { } subnet || subnet.Mode == SubnetMode.Off)
            return Unserved(ingress);
        if (ClientReader.Read(_message, ingress, subnet) is not { } client)
            return Drop(ingress, "no hardware address and no client identifier");
        if (_repetitions.IsRepeated(packet, ingress))
            _observer.ArrivedTwice(client);
        var outcome = client.MessageType switch
        {
            DhcpMessageType.Decline or DhcpMessageType.Release when ingress.IsProxyPort => Drop(ingress, "not a question about boot data"),
            DhcpMessageType.Decline => Decline(client),
            DhcpMessageType.Release => Release(client),
            DhcpMessageType.Discover or DhcpMessageType.Request or DhcpMessageType.Inform => Answer(client),
            _ => Drop(ingress, "a message that only servers send"),
        };
        if (outcome.Probe is not null)
            _repetitions.Forget();
        return outcome;
    }

    /// <summary>The address answered nobody: it may be offered.</summary>
    public void ProbeSilent(IPAddress address)
    {
        if (_table.At(DhcpMessage.ToNumber(address)) is { } entry)
            entry.ProbedUntil = _time.GetUtcNow() + ProbeCounts;
    }

    /// <summary>Another host uses the address.</summary>
    /// <param name="by">The hardware address that answered, where that is known.</param>
    /// <returns>The quarantine, to be committed.</returns>
    public DhcpOutcome ProbeAnswered(IPAddress address, string? by = null)
    {
        if (_table.At(DhcpMessage.ToNumber(address)) is not { } entry)
            return default;
        if (entry.State is not null)
        {
            // It is another interface of the same machine that has it, and answers.
            entry.InUseUntil = _time.GetUtcNow() + ProbeCounts;
            return default;
        }

        _observer.AddressConflict(address, "it answered a probe", by);
        return PutAside(entry);
    }

    // A lease lasts as long as its client was told, whatever this host's clock is set to meanwhile: clients count by clocks of their own.
    private void FollowClock()
    {
        var (now, at) = (_time.GetUtcNow(), _time.GetTimestamp());
        var jump = now - _looked - _time.GetElapsedTime(_lookedAt, at);
        (_looked, _lookedAt) = (now, at);
        if (jump.Duration() < LeastJump)
            return;
        _table.ClockJumped(jump);
        foreach (var lease in _table.Leases)
            _observer.LeaseChanged(lease);
    }

    private DhcpOutcome Answer(DhcpClient client)
    {
        var decision = _policy.Decide(client);
        if (decision.SilentBecause is { } reason)
            return Ignore(client, reason);
        if (client.IsProxyPort)
            return decision.Boot is null || !client.BootsFromNetwork ? Ignore(client, DhcpSilence.NothingToBoot)
                : Reply(client, decision, DhcpMessageType.Ack, null);
        if (client.Subnet.Mode == SubnetMode.Proxy)
            return AnswerAsProxy(client, decision);
        var claim = decision.Holder is { } machine
            ? LeaseClaim.OfMachine(machine, client.HardwareAddress)
            : LeaseClaim.OfStranger(HolderKey.Of(client), client.HardwareAddress);
        claim = claim with { GoesFirst = decision.GoesFirst };
        return client.MessageType switch
        {
            DhcpMessageType.Discover => Discover(client, decision, claim),
            DhcpMessageType.Request => Request(client, decision, claim),
            _ => Reply(client, decision, DhcpMessageType.Ack, null), // INFORM, §4.3.5: no address, no lease time
        };
    }

    private DhcpOutcome AnswerAsProxy(DhcpClient client, DhcpDecision decision)
    {
        if (client.MessageType == DhcpMessageType.Request)
        {
            // This server's offer in proxy mode has no address to ask for: even under its own address it is another one on this host.
            if (_message.AddressOption(DhcpOption.ServerIdentifier) is not 0 and var other)
                _observer.OtherServerChosen(client, DhcpMessage.ToAddress(other));
            return default;
        }

        return decision.Boot is null || !client.BootsFromNetwork || client.MessageType != DhcpMessageType.Discover
            ? Ignore(client, DhcpSilence.NothingToBootAsProxy)
            : Reply(client, decision, DhcpMessageType.Offer, null);
    }

    private DhcpOutcome Discover(DhcpClient client, DhcpDecision decision, LeaseClaim claim)
    {
        var now = _time.GetUtcNow();
        var requested = _message.AddressOption(DhcpOption.RequestedAddress);
        if (_table.Held(client.Subnet.Network, claim.Key) is not { } held)
        {
            if (OnRecord(requested, client, claim, now) is null && decision.Holder is not null
                && _table.Held(client.Subnet.Network, HolderKey.Of(client)) is { } stranger)
                OnRecord(stranger.Address, client, claim, now);
        }
        else if (!claim.TakesOver && !held.HasHardware(claim.HardwareAddress) && !held.IsFree(now))
        {
            // Another interface of the machine has its address. If nobody answers there any more, this one takes its place: another port of
            // a bond, or the next one that the firmware tries. Otherwise both are up, and two interfaces must not have one address.
            var mayBeSilent = _options.ConflictProbe != ConflictProbe.Off && held.Heard + StartsTogether <= now;
            if (mayBeSilent && held.ProbedUntil > now)
                claim = claim with { TakesOver = true };
            else if (mayBeSilent && held.InUseUntil <= now)
                return new DhcpOutcome(null, Probe: DhcpMessage.ToAddress(held.Address));
            else
                claim = claim.OfFurtherInterface;
        }

        if (_table.Choose(client.Subnet, claim, decision.ReservedAddress, requested, now) is not { } entry)
            return Ignore(client, client.Subnet.Range is null ? DhcpSilence.NoRange : DhcpSilence.PoolExhausted);
        var isFirst = entry.State is null && (entry.Lease.IsNone || !IsOf(entry.Lease, client, claim.Holder));
        return _options.ConflictProbe != ConflictProbe.Off && isFirst && entry.ProbedUntil <= now
            ? new DhcpOutcome(null, Probe: DhcpMessage.ToAddress(entry.Address))
            : Reply(client, decision, DhcpMessageType.Offer, entry);
    }

    // RFC 2131 §4.3.2 tells the states of a client apart by the fields of its request.
    private DhcpOutcome Request(DhcpClient client, DhcpDecision decision, LeaseClaim claim)
    {
        var now = _time.GetUtcNow();
        var server = _message.AddressOption(DhcpOption.ServerIdentifier);
        var requested = _message.AddressOption(DhcpOption.RequestedAddress);
        if (server != 0 && _message.ClientAddress == 0)
            return Select(client, decision, claim, server, requested, now);

        // INIT-REBOOT asks for an address it remembers; RENEWING and REBINDING have one in use.
        var address = _message.ClientAddress != 0 ? _message.ClientAddress : requested;
        if (address == 0)
            return Ignore(client, "a request that names no address");
        if (!client.Subnet.Network.Contains(DhcpMessage.ToAddress(address)))
            return Nak(client, decision);

        // To its reserved address a client moves when it starts, not in the middle of its work.
        var reserved = decision.ReservedAddress is { } kept && client.Subnet.Network.Contains(kept)
            ? DhcpMessage.ToNumber(kept) : 0;
        if (_message.ClientAddress == 0 && reserved != 0 && reserved != address && _table.CanTake(client.Subnet, reserved, claim, now))
            return Nak(client, decision);
        var entry = OnRecord(address, client, claim, now)
            ?? (address == reserved ? _table.Take(client.Subnet, reserved, claim, now) : null);
        if (entry is { } own && _table.MayHave(address, claim.Holder, client.Subnet))
            return Bind(client, decision, own, now);
        return _table.Held(client.Subnet.Network, claim.Key) is null && _table.CanTake(client.Subnet, address, claim, now)
            ? Ignore(client, DhcpSilence.ForeignAddress) // §4.3.2: silent about clients it knows nothing of
            : Nak(client, decision);
    }

    // SELECTING: the client names the server whose offer it takes.
    private DhcpOutcome Select(DhcpClient client, DhcpDecision decision, LeaseClaim claim, uint server, uint requested, DateTimeOffset now)
    {
        if (!IsThisServer(server, client))
        {
            Withdraw(client, claim, now);
            Withdraw(client, claim.OfFurtherInterface, now);
            _observer.OtherServerChosen(client, DhcpMessage.ToAddress(server));
            return default;
        }

        return OnRecord(requested, client, claim, now) is { } entry && _table.MayHave(requested, claim.Holder, client.Subnet)
            ? Bind(client, decision, entry, now)
            : Nak(client, decision);
    }

    private void Withdraw(DhcpClient client, LeaseClaim claim, DateTimeOffset now)
    {
        if (_table.Held(client.Subnet.Network, claim.Key) is { State: null } offer && offer.HasHardware(claim.HardwareAddress))
            _table.Withdraw(offer, now);
    }

    // What is on record for this client at an address. The policy may have learned of the client since, or no longer know it: then the
    // lease hangs on another name, and moves to the new one.
    private LeaseEntry? OnRecord(uint address, DhcpClient client, LeaseClaim claim, DateTimeOffset now)
    {
        if (_table.At(address) is not { State: not LeaseState.Declined } entry)
            return null;
        if (entry.HasHolder(claim.Holder))
            return claim.TakesOver || entry.HasHardware(claim.HardwareAddress) || entry.IsFree(now) ? entry : null;
        var isOwnOffer = entry.State is null && entry.HasHolder(HolderKey.Of(client)) && entry.HasHardware(client.HardwareAddress);
        if (isOwnOffer)
        {
            _table.Rename(entry, client.Subnet, claim, now);
            return entry;
        }

        if (entry.Lease is not { IsNone: false, State: not LeaseState.Declined } lease || !IsOf(lease, client, claim.Holder)
            || !lease.Holder.Is(entry.Holder) && !entry.IsFree(now))
            return null;
        _table.Rename(entry, client.Subnet, claim, now);
        return entry;
    }

    private static bool IsOf(PackedLease lease, DhcpClient client, string holder) =>
        lease.Holder.Is(holder)
        || lease.HardwareAddress.Is(client.HardwareAddress) && lease.ClientIdentifier.SequenceEqual(client.ClientIdentifier.Span);

    private DhcpOutcome Bind(DhcpClient client, DhcpDecision decision, LeaseEntry entry, DateTimeOffset now)
    {
        _table.Bind(entry, client.Subnet, client.HardwareAddress, now);
        var before = entry.Lease;
        var lease = new Lease
        {
            Address = DhcpMessage.ToAddress(entry.Address),
            State = LeaseState.Bound,
            Holder = entry.Holder,
            HardwareAddress = client.HardwareAddress,
            ClientIdentifier = client.ClientIdentifier,
            HostName = client.HostName,
            Subnet = client.Subnet.Network.ToString(),
            Since = entry.Since,
            Expires = entry.Expires,
        };
        var outcome = entry.Replaces is { State: LeaseState.Bound, Lease.IsNone: false } former && former.HasHolder(lease.Holder)
            ? new DhcpOutcome(null, Ended: End(former, now, out var formerLease), EndedBefore: formerLease) : default;
        entry.Replaces = null;
        entry.Lease = PackedLease.Of(lease);
        return outcome with
        {
            Reply = Reply(client, decision, DhcpMessageType.Ack, entry).Reply,
            Commit = lease,
            Before = before,
            IsReserved = decision.ReservedAddress is { } own && DhcpMessage.ToNumber(own) == entry.Address,
        };
    }

    private DhcpOutcome Decline(DhcpClient client)
    {
        if (NamesAnotherServer(client))
            return Ignore(client, "it declines an address of another server");
        if (client.Subnet.Mode != SubnetMode.Dhcp
            || _table.At(_message.AddressOption(DhcpOption.RequestedAddress)) is not { } entry || !IsHolder(entry, client))
            return Ignore(client, "it declines an address that it does not hold");
        _observer.AddressConflict(DhcpMessage.ToAddress(entry.Address), $"{client.HardwareAddress} declined it",
            declinedBy: client.HardwareAddress);
        return PutAside(entry);
    }

    private DhcpOutcome Release(DhcpClient client)
    {
        if (NamesAnotherServer(client))
            return Ignore(client, "it releases an address of another server");
        if (client.Subnet.Mode != SubnetMode.Dhcp
            || _table.At(_message.ClientAddress) is not { Lease: { IsNone: false, State: LeaseState.Bound } } entry
            || !IsHolder(entry, client))
            return Ignore(client, "it releases an address that it does not hold");
        return new DhcpOutcome(null, End(entry, _time.GetUtcNow(), out var before), Before: before);
    }

    private Lease End(LeaseEntry entry, DateTimeOffset now, out PackedLease before)
    {
        _table.Release(entry, now);
        before = entry.Lease;
        var ended = before.Unpack() with { State = LeaseState.Released, Expires = now };
        entry.Lease = PackedLease.Of(ended);
        return ended;
    }

    private DhcpOutcome PutAside(LeaseEntry entry)
    {
        var now = _time.GetUtcNow();
        var before = entry.Lease;
        _table.Decline(entry, now, now + _options.Quarantine);
        var lease = new Lease
        {
            Address = DhcpMessage.ToAddress(entry.Address),
            State = LeaseState.Declined,
            Holder = "",
            HardwareAddress = "",
            Subnet = entry.Subnet.ToString(),
            Since = now,
            Expires = entry.Expires,
        };
        entry.Lease = PackedLease.Of(lease);
        return new DhcpOutcome(null, lease, Before: before);
    }

    // The policy is not asked about DECLINE and RELEASE: the hardware address or client identifier that took the lease may give it up.
    private static bool IsHolder(LeaseEntry entry, DhcpClient client) =>
        entry.HasHolder(HolderKey.Of(client)) || !entry.Lease.IsNone && entry.Lease.HardwareAddress.Is(client.HardwareAddress);

    // RFC 2131 §4.3.4, §4.4.6: DECLINE and RELEASE name the server whose lease they end.
    private bool NamesAnotherServer(DhcpClient client) =>
        _message.AddressOption(DhcpOption.ServerIdentifier) is not 0 and var server
        && !IsThisServer(server, client) && !_own.Contains(DhcpMessage.ToAddress(server));

    private bool IsThisServer(uint server, DhcpClient client) =>
        server == DhcpMessage.ToNumber(client.ServerAddress) || server == SubnetSelection.ServerIdentifierOverride(_message);

    private DhcpOutcome Reply(DhcpClient client, DhcpDecision decision, DhcpMessageType type, LeaseEntry? entry) =>
        new(_composer.Compose(_message, client, decision, type, entry?.Address ?? 0, _ingress!.Source));

    private DhcpOutcome Nak(DhcpClient client, DhcpDecision decision) =>
        new(_composer.Compose(_message, client, decision, DhcpMessageType.Nak, 0, _ingress!.Source));

    private DhcpOutcome Ignore(DhcpClient client, string reason)
    {
        _observer.Ignored(client, reason);
        return default;
    }

    private DhcpOutcome Unserved(Ingress ingress)
    {
        var relay = _message.RelayAddress is not 0 and var giaddr ? DhcpMessage.ToAddress(giaddr) : null;
        _observer.Unserved(ClientReader.Hardware(_message.HardwareAddress), relay, ingress.Interface, DhcpSilence.NotServed);
        return Drop(ingress, DhcpSilence.NotServed);
    }

    private DhcpOutcome Drop(Ingress ingress, string reason)
    {
        _observer.Dropped(ingress.Source, reason);
        return default;
    }
}
