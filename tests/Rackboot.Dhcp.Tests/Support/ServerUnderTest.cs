using System.Net;

namespace Rackboot.Dhcp.Tests;

/// <summary>The server's rules without its sockets: 10.0.0.1 on eth0, serving 10.0.0.0/24 with a small range unless told
/// otherwise.</summary>
internal sealed class ServerUnderTest
{
    public const string Address = "10.0.0.1";

    private readonly DhcpServerOptions _options;
    private readonly DhcpEngine _engine;

    public ServerUnderTest(DhcpSubnet? subnet = null, ConflictProbe probe = ConflictProbe.Off, FakePolicy? policy = null,
        MemoryStore? store = null, ManualTime? time = null, params DhcpSubnet[] more)
    {
        Policy = policy ?? new FakePolicy();
        Store = store ?? new MemoryStore();
        Time = time ?? new ManualTime();
        Subnet = subnet ?? Pool();
        _options = new DhcpServerOptions { Interfaces = ["eth0"], Subnets = [Subnet, .. more], ConflictProbe = probe };
        _engine = new DhcpEngine(_options, Policy, Observer, Time);
        Store.Load(_engine.Restore);
        _engine.KeepForServer([IPAddress.Parse(Address)]);
    }

    public FakePolicy Policy { get; }
    public RecordingObserver Observer { get; } = new();
    public MemoryStore Store { get; }
    public ManualTime Time { get; }
    public DhcpSubnet Subnet { get; }
    public IReadOnlyList<Lease> Leases => [.. _engine.Table.Leases];
    public DhcpEngine Engine => _engine;

    public static DhcpSubnet Pool(
        string first = "10.0.0.100", string last = "10.0.0.103", SubnetMode mode = SubnetMode.Dhcp, string network = "10.0.0.0/24") => new()
    {
        Network = IPNetwork.Parse(network),
        Mode = mode,
        Range = new AddressRange(IPAddress.Parse(first), IPAddress.Parse(last)),
        Router = IPAddress.Parse(network.Split('/')[0][..^1] + "254"),
        Dns = [IPAddress.Parse("10.0.0.53")],
        LeaseTime = TimeSpan.FromHours(1),
    };

    /// <summary>Handles a message and commits what it leads to.</summary>
    public DhcpOutcome Handle(ReadOnlySpan<byte> packet, bool proxyPort = false, bool isLate = false)
    {
        var source = new IPEndPoint(IPAddress.Parse("10.0.0.77"), 68);
        var ingress = new Ingress("eth0", [(IPAddress.Parse(Address), IPNetwork.Parse("10.0.0.0/24"))], source, proxyPort, isLate);
        var outcome = _engine.Handle(packet, ingress);
        if (outcome.Commit is { } lease)
            Store.CommitAsync(outcome.Ended is { } ended ? [lease, ended] : [lease], CancellationToken.None).GetAwaiter().GetResult();
        return outcome;
    }

    public Answer? Send(ClientPacket packet, bool proxyPort = false) =>
        Handle(packet.Build(), proxyPort).Reply is { } reply ? new Answer(reply) : null;

    /// <summary>DISCOVER and REQUEST.</summary>
    /// <returns>The address, or null if one of them was refused.</returns>
    public string? Lease(string mac = ClientPacket.Mac1, Action<ClientPacket>? with = null, string? wish = null)
    {
        var discover = new ClientPacket(DhcpMessageType.Discover, mac);
        if (wish is not null)
            discover.Requesting(wish);
        with?.Invoke(discover);
        if (Send(discover) is not { Type: DhcpMessageType.Offer } offer)
            return null;
        var request = new ClientPacket(DhcpMessageType.Request, mac).Requesting(offer.Yours).From(Address);
        with?.Invoke(request);
        return Send(request) is { Type: DhcpMessageType.Ack } ack ? ack.Yours : null;
    }

    public Answer? Renew(string address, string mac = ClientPacket.Mac1, Action<ClientPacket>? with = null)
    {
        var request = new ClientPacket(DhcpMessageType.Request, mac).Using(address);
        with?.Invoke(request);
        return Send(request);
    }

    public Answer? InitReboot(string address, string mac = ClientPacket.Mac1) =>
        Send(new ClientPacket(DhcpMessageType.Request, mac).Requesting(address));

    public void Release(string address, string mac = ClientPacket.Mac1) =>
        Send(new ClientPacket(DhcpMessageType.Release, mac).Using(address).From(Address));

    public void Decline(string address, string mac = ClientPacket.Mac1) =>
        Send(new ClientPacket(DhcpMessageType.Decline, mac).Requesting(address).From(Address));
}
