namespace Rackboot.Tftp;

/// <summary>The transfers of one loop, and who gives way where places are short.</summary>
internal sealed class Places(int most, int mostPerClient, TimeSpan longSilence)
{
    // In the order in which they give way; within each the longest silent first.
    private readonly LinkedList<TransferSession> _unprovenStrangers = [];
    private readonly LinkedList<TransferSession> _unproven = [];
    private readonly LinkedList<TransferSession> _strangers = [];
    private readonly LinkedList<TransferSession> _expected = [];

    private readonly Dictionary<ulong, TransferSession> _sessions = [];
    private readonly Dictionary<uint, LinkedList<TransferSession>> _addresses = [];

    public int Count => _sessions.Count;

    public IEnumerable<TransferSession> All => _sessions.Values;

    public TransferSession? Find(ulong key) => _sessions.GetValueOrDefault(key);

    /// <summary>Whether a new transfer to <paramref name="address"/> may begin.</summary>
    /// <param name="expected">The client is one that the owner of the server knows.</param>
    /// <param name="leaver">Who has to end before it does; null if nobody.</param>
    public bool HasRoom(uint address, bool expected, DateTimeOffset now, out TransferSession? leaver)
    {
        leaver = null;
        if (_addresses.TryGetValue(address, out var own) && own.Count >= mostPerClient)
        {
            // Firmware that started over does not come back to what it began. Where all of them go on, many clients share the address (a
            // relay, NAT): they may, as long as they leave room for others.
            leaver = Silent(own, now);
            if (leaver is not null || own.Count >= MostOfOneAddress)
                return leaver is not null;
        }

        if (Count < most)
            return true;
        leaver = _unprovenStrangers.First?.Value
            ?? _unproven.First?.Value
            ?? (expected ? _strangers.First?.Value : Silent(_strangers, now))
            ?? Silent(_expected, now);
        return leaver is not null;
    }

    public void Add(TransferSession session)
    {
        _sessions.Add(session.Key, session);
        if (!_addresses.TryGetValue(session.Peer.Address, out var own))
            _addresses[session.Peer.Address] = own = [];
        own.AddLast(session.OfAddress);
        RankOf(session).AddLast(session.InOrder);
    }

    public void Remove(TransferSession session)
    {
        _sessions.Remove(session.Key);
        session.InOrder.List!.Remove(session.InOrder);
        var own = session.OfAddress.List!;
        own.Remove(session.OfAddress);
        if (own.Count == 0)
            _addresses.Remove(session.Peer.Address);
    }

    /// <summary>The client was heard: it is the last now to give way.</summary>
    public void Hear(TransferSession session)
    {
        session.InOrder.List!.Remove(session.InOrder);
        RankOf(session).AddLast(session.InOrder);
        var own = session.OfAddress.List!;
        own.Remove(session.OfAddress);
        own.AddLast(session.OfAddress);
    }

    private int MostOfOneAddress => Math.Max(mostPerClient, most / 4 * 3);

    private LinkedList<TransferSession> RankOf(TransferSession session) => (session.Transfer.WasAcknowledged, session.IsExpected) switch
    {
        (false, false) => _unprovenStrangers,
        (false, true) => _unproven,
        (true, false) => _strangers,
        (true, true) => _expected,
    };

    private TransferSession? Silent(LinkedList<TransferSession> order, DateTimeOffset now) =>
        order.First is { } first && now - first.Value.Transfer.Heard >= longSilence ? first.Value : null;
}
