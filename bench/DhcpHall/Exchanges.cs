using System.Buffers.Binary;
using System.Diagnostics;

namespace Rackboot.Bench;

/// <summary>Four-way exchanges, each of a client of its own. Every answer is checked: that it is for that client, of the right type, from
/// the subnet, with a lease time and the server's identifier, the same address twice, and no address for two.</summary>
internal sealed class Exchanges(int count, uint run, uint relay, uint network, uint mask)
{
    private const byte Offered = 1, Bound = 2;

    private readonly byte[] _states = new byte[count];
    private readonly uint[] _addresses = new uint[count];
    private readonly long[] _begun = new long[count];
    private readonly long[] _requested = new long[count];
    private readonly Dictionary<uint, int> _holders = new(count);

    public int Begun { get; private set; }

    public int Completed { get; private set; }

    /// <summary>Answers that are not right, by what is wrong with them.</summary>
    public Dictionary<string, int> Wrong { get; } = [];

    /// <summary>From DISCOVER to OFFER, and from REQUEST to ACK, in ticks of the stopwatch.</summary>
    public List<long> OfferTicks { get; } = new(count);

    public List<long> AckTicks { get; } = new(count);

    /// <summary>Is told each address that was given, and the number of the client.</summary>
    public required Action<uint, uint> Acknowledged { get; init; }

    public void Begin(Packets packets)
    {
        var number = Begun++;
        Dhcp.Write(packets.Add(), Dhcp.Discover, run, (uint)number, relay, 0, 0);
        _begun[number] = Stopwatch.GetTimestamp();
    }

    public void Take(ReadOnlySpan<byte> packet, Packets packets)
    {
        if (!Dhcp.IsReply(packet) || Dhcp.Number(packet) is var number && (number >= Begun || !Dhcp.IsFor(packet, run, number)))
        {
            Note("not an answer to anybody here");
            return;
        }

        var (now, client, address) = (Stopwatch.GetTimestamp(), (int)Dhcp.Number(packet), Dhcp.Yours(packet));
        var type = Dhcp.Option(packet, 53);
        var server = Dhcp.Option(packet, 54);
        if (type.Length != 1 || server.Length != 4 || Dhcp.Option(packet, 51).Length != 4)
            Note("lacks its type, its lease time or its server");
        else if ((address & mask) != network)
            Note("an address outside the subnet");
        else if (type[0] == Dhcp.Offer && _states[client] == 0)
        {
            (_states[client], _addresses[client], _requested[client]) = (Offered, address, now);
            OfferTicks.Add(now - _begun[client]);
            Dhcp.Write(packets.Add(), Dhcp.Request, run, (uint)client, relay, address, BinaryPrimitives.ReadUInt32BigEndian(server));
        }
        else if (type[0] == Dhcp.Ack && _states[client] == Offered)
            Bind(client, address, now);
        else
            Note($"type {type[0]} in state {_states[client]}");
    }

    private void Bind(int client, uint address, long now)
    {
        if (address != _addresses[client])
            Note("another address than was offered");
        if (!_holders.TryAdd(address, client))
            Note("an address that another client has");
        _states[client] = Bound;
        Completed++;
        Acknowledged(address, (uint)client);
        AckTicks.Add(now - _requested[client]);
    }

    private void Note(string what) => Wrong[what] = Wrong.GetValueOrDefault(what) + 1;
}
