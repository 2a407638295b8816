using System.Net;

namespace Rackboot.Dhcp;

/// <summary>The rules of RFC 2131 §4.3: what each message leads to. Knows no sockets and waits for nothing; one message at a time.</summary>
internal sealed class DhcpEngine
{
    private readonly DhcpServerOptions _options;
    private readonly IDhcpPolicy _policy;
    private readonly IDhcpObserver _observer;
    private readonly TimeProvider _time;
    private readonly LeaseTable _table;
    private readonly DhcpMessage _message = new();
    private readonly Dictionary<uint, DateTimeOffset> _probed = [];
    private readonly ReplyComposer _composer;
    private IReadOnlyList<DhcpSubnet> _subnets;
    private Ingress? _ingress;

    public DhcpEngine(DhcpServerOptions options, IDhcpPolicy policy, IDhcpObserver observer, TimeProvider time, IEnumerable<Lease> leases)
    {
        (_options, _policy, _observer, _time, _subnets) = (options, policy, observer, time, options.Subnets);
        _composer = new ReplyComposer(options);
        _table = new LeaseTable(options.OfferHold, policy.ReservedFor);
        foreach (var lease in leases)
            _table.Restore(lease, _subnets);
    }

    public IReadOnlyList<Lease> Leases => [.. _table.Committed];

    public void Reconfigure(IReadOnlyList<DhcpSubnet> subnets)
    {
        _subnets = subnets;
        _table.RangesChanged();
    }

    /// <summary>Handles one message.</summary>
    public DhcpOutcome Handle(ReadOnlySpan<byte> packet, Ingress ingress)
    {
        _ingress = ingress;
        if (!DhcpMessage.TryParse(packet, _message, out var error))
            return Drop(ingress, error!);
        if (_message.Op != 1)
            return Drop(ingress, "a server's message");
        if (SubnetSelection.Find(_message, ingress, _subnets) is not { } subnet || subnet.Mode == SubnetMode.Off)
            return Drop(ingress, "from a network that is not served");
        if (ClientReader.Read(_message, ingress, subnet) is not { } client)
            return Drop(ingress, "no hardware address and no client identifier");
        return client.MessageType switch
        {
            DhcpMessageType.Decline => Decline(client),
            DhcpMessageType.Release => Release(client),
            DhcpMessageType.Discover or DhcpMessageType.Request or DhcpMessageType.Inform => Answer(client),
            _ => Drop(ingress, "a message that only servers send"),
        };
    }

    /// <summary>The address answered nobody: it may be offered.</summary>
    public void ProbeSilent(IPAddress address) => _probed[DhcpMessage.ToNumber(address)] = _time.GetUtcNow() + TimeSpan.FromMinutes(1);

    /// <summary>Somebody uses the address.</summary>
    /// <returns>The quarantine, to be committed.</returns>
    public Lease? ProbeAnswered(IPAddress address)
    {
        if (_table.At(DhcpMessage.ToNumber(address)) is not { State: null } entry)
            return null;
        _observer.AddressConflict(address, "it answered a probe");
        return PutAside(entry);
    }

    private DhcpOutcome Answer(DhcpClient client)
    {
        var decision = _policy.Decide(client);
        if (decision.SilentBecause is { } reason)
            return Ignore(client, reason);
        if (client.IsProxyPort)
            return decision.Boot is null ? Ignore(client, "nothing to boot") : Reply(client, decision, DhcpMessageType.Ack, null);
        if (client.Subnet.Mode == SubnetMode.Proxy)
            return AnswerAsProxy(client, decision);
        var holder = decision.Holder ?? HolderKey.Of(client);
        return client.MessageType switch
        {
            DhcpMessageType.Discover => Discover(client, decision, holder),
            DhcpMessageType.Request => Request(client, decision, holder),
            _ => Reply(client, decision, DhcpMessageType.Ack, null), // INFORM, §4.3.5: no address, no lease time
        };
    }

    private DhcpOutcome AnswerAsProxy(DhcpClient client, DhcpDecision decision)
    {
        if (client.MessageType == DhcpMessageType.Request)
        {
            if (_message.AddressOption(DhcpOption.ServerIdentifier) is not 0 and var other && !client.ServerAddress.Equals(DhcpMessage.ToAddress(other)))
                _observer.OtherServerChosen(client, DhcpMessage.ToAddress(other));
            return default;
        }

        return decision.Boot is null || client.MessageType != DhcpMessageType.Discover
            ? Ignore(client, "nothing to boot, and another server gives the addresses")
            : Reply(client, decision, DhcpMessageType.Offer, null);
    }

    private DhcpOutcome Discover(DhcpClient client, DhcpDecision decision, string holder)
    {
        var now = _time.GetUtcNow();
        if (_table.Choose(client.Subnet, holder, decision.ReservedAddress, _message.AddressOption(DhcpOption.RequestedAddress), now) is not { } entry)
            return Ignore(client, client.Subnet.Range is null ? "no reservation, and the subnet has no range" : "no free address in the range");
        var address = DhcpMessage.ToAddress(entry.Address);
        if (_options.ConflictProbe != ConflictProbe.Off && entry.State is null && entry.Lease?.Holder != holder && !WasProbed(entry.Address, now))
            return new DhcpOutcome(null, Probe: address);
        return Reply(client, decision, DhcpMessageType.Offer, entry);
    }

    private DhcpOutcome Request(DhcpClient client, DhcpDecision decision, string holder)
    {
        var now = _time.GetUtcNow();
        var server = _message.AddressOption(DhcpOption.ServerIdentifier);
        var requested = _message.AddressOption(DhcpOption.RequestedAddress);
        var held = _table.Held(client.Subnet.Network, holder);

        // SELECTING: the client names the server whose offer it takes.
        if (server != 0 && _message.ClientAddress == 0)
        {
            if (!IsThisServer(server, client))
            {
                if (held is { State: null })
                    _table.Withdraw(held, now);
                _observer.OtherServerChosen(client, DhcpMessage.ToAddress(server));
                return default;
            }

            return held is not null && held.Address == requested && MayKeep(held, holder, client.Subnet)
                ? Bind(client, decision, held, now)
                : Nak(client, decision);
        }

        // INIT-REBOOT asks for an address it remembers; RENEWING and REBINDING have one in use.
        var address = _message.ClientAddress != 0 ? _message.ClientAddress : requested;
        if (address == 0)
            return Ignore(client, "a request that names no address");
        if (!client.Subnet.Network.Contains(DhcpMessage.ToAddress(address)))
            return Nak(client, decision);
        if (held is not null && held.Address == address && MayKeep(held, holder, client.Subnet))
            return Bind(client, decision, held, now);
        if (held is not null || _table.At(address) is { } other && !other.IsFree(now) || !_table.MayHave(address, holder, client.Subnet))
            return Nak(client, decision);
        return Ignore(client, "it asks for an address that this server did not give it"); // §4.3.2: silent about clients it knows nothing of
    }

    // A lease may go on, even past its end, while nobody has taken the address since and it is not reserved for another.
    private bool MayKeep(LeaseTable.Entry entry, string holder, DhcpSubnet subnet) =>
        entry.Holder == holder && entry.State != LeaseState.Declined && _table.MayHave(entry.Address, holder, subnet);

    private DhcpOutcome Bind(DhcpClient client, DhcpDecision decision, LeaseTable.Entry entry, DateTimeOffset now)
    {
        LeaseTable.Bind(entry, client.Subnet.LeaseTime, now);
        entry.Lease = new Lease
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
        return Reply(client, decision, DhcpMessageType.Ack, entry) with { Commit = entry.Lease };
    }

    private DhcpOutcome Decline(DhcpClient client)
    {
        var entry = _table.At(_message.AddressOption(DhcpOption.RequestedAddress));
        if (client.Subnet.Mode != SubnetMode.Dhcp || entry is null || !IsHolder(entry, client))
            return Ignore(client, "it declines an address that it does not hold");
        _observer.AddressConflict(DhcpMessage.ToAddress(entry.Address), $"{client.HardwareAddress} declined it");
        return new DhcpOutcome(null, PutAside(entry));
    }

    private DhcpOutcome Release(DhcpClient client)
    {
        var entry = _table.At(_message.ClientAddress);
        if (client.Subnet.Mode != SubnetMode.Dhcp || entry?.Lease is not { State: LeaseState.Bound } lease || !IsHolder(entry, client))
            return Ignore(client, "it releases an address that it does not hold");
        var now = _time.GetUtcNow();
        _table.Release(entry, now);
        entry.Lease = lease with { State = LeaseState.Released, Expires = now };
        return new DhcpOutcome(null, entry.Lease);
    }

    private Lease PutAside(LeaseTable.Entry entry)
    {
        var now = _time.GetUtcNow();
        _table.Decline(entry, now, now + _options.Quarantine);
        return entry.Lease = new Lease
        {
            Address = DhcpMessage.ToAddress(entry.Address),
            State = LeaseState.Declined,
            Holder = "",
            HardwareAddress = "",
            Subnet = entry.Subnet.ToString(),
            Since = now,
            Expires = entry.Expires,
        };
    }

    // The policy is not asked about DECLINE and RELEASE: the hardware address or client identifier that took the lease may give it up.
    private static bool IsHolder(LeaseTable.Entry entry, DhcpClient client) =>
        entry.Holder == HolderKey.Of(client) || entry.Lease?.HardwareAddress == client.HardwareAddress;

    private bool WasProbed(uint address, DateTimeOffset now)
    {
        if (_probed.Count > _options.MostProbes)
            foreach (var (old, _) in _probed.Where(p => p.Value <= now).ToList())
                _probed.Remove(old);
        return _probed.TryGetValue(address, out var until) && until > now;
    }

    private bool IsThisServer(uint server, DhcpClient client) =>
        server == DhcpMessage.ToNumber(client.ServerAddress) || server == SubnetSelection.ServerIdentifierOverride(_message);

    private DhcpOutcome Reply(DhcpClient client, DhcpDecision decision, DhcpMessageType type, LeaseTable.Entry? entry) =>
        new(_composer.Compose(_message, client, decision, type, entry?.Address ?? 0, _ingress!.Source));

    private DhcpOutcome Nak(DhcpClient client, DhcpDecision decision) => new(_composer.Compose(_message, client, decision, DhcpMessageType.Nak, 0, _ingress!.Source));

    private DhcpOutcome Ignore(DhcpClient client, string reason)
    {
        _observer.Ignored(client, reason);
        return default;
    }

    private DhcpOutcome Drop(Ingress ingress, string reason)
    {
        _observer.Dropped(ingress.Source, reason);
        return default;
    }
}
