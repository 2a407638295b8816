using System.Net;

namespace Rackboot.Dhcp.Tests;

/// <summary>What others ask about all leases while clients are answered.</summary>
public class LeaseListTests
{
    private static readonly DateTimeOffset Now = new ManualTime().GetUtcNow();

    private readonly List<Lease> _stored = [];

    [Fact]
    public void Leases_are_listed_by_address_from_any_one_on()
    {
        Store("10.0.0.9", "10.0.1.0", "10.0.0.100", "9.255.255.255", "10.0.0.64");
        var server = Server();
        Assert.Equal(["9.255.255.255", "10.0.0.9", "10.0.0.64", "10.0.0.100", "10.0.1.0"], From("0.0.0.0"));
        Assert.Equal(["10.0.0.64", "10.0.0.100", "10.0.1.0"], From("10.0.0.10"));
        Assert.Equal(["10.0.0.100", "10.0.1.0"], From("10.0.0.100"));
        Assert.Empty(From("10.0.1.1"));
        Assert.Equal(["10.0.0.64"], From("10.0.0.10", "id:10.0.0.64"));
        Assert.Empty(From("10.0.0.65", "id:10.0.0.64"));
        Assert.Empty(From("0.0.0.0", "id:10.0.0.6"));

        IEnumerable<string> From(string first, string? holder = null) =>
            server.LeasesFrom(IPAddress.Parse(first), holder).Select(l => $"{l.Address}");
    }

    [Fact]
    public void Leases_in_force_are_counted_by_subnet_and_those_in_its_range()
    {
        Store("10.0.0.100", "10.0.0.103", "10.0.0.104", "10.9.0.1");
        _stored.Add(Lease("10.0.0.101") with { Expires = Now.AddSeconds(-1) });
        _stored.Add(Lease("10.0.0.102") with { State = LeaseState.Released });
        var use = Server().CountLeases();
        Assert.Equal(3, use.Leases[IPNetwork.Parse("10.0.0.0/24")]);
        Assert.Equal(1, use.Leases[IPNetwork.Parse("10.9.0.0/24")]); // no longer served
        Assert.Equal(2, use.InRange(IPNetwork.Parse("10.0.0.0/24")));
        Assert.Equal(0, use.InRange(IPNetwork.Parse("10.9.0.0/24")));
    }

    [Fact]
    public void Many_leases_are_counted_in_several_turns_each_once()
    {
        Store([.. Enumerable.Range(0, 20_000).Select(i => $"10.1.{i / 250}.{i % 250}")]);
        Assert.Equal(20_000, Server().CountLeases().Leases.Values.Sum());
    }

    private static Lease Lease(string address) => new()
    {
        Address = IPAddress.Parse(address), State = LeaseState.Bound, Holder = $"id:{address}", HardwareAddress = "52:54:00:00:00:01",
        Subnet = string.Join('.', address.Split('.')[..3]) + ".0/24", Since = Now.AddMinutes(-5), Expires = Now.AddMinutes(55),
    };

    private void Store(params string[] addresses) => _stored.AddRange(addresses.Select(Lease));

    private DhcpServer Server()
    {
        var store = new MemoryStore();
        store.CommitAsync(_stored, CancellationToken.None).GetAwaiter().GetResult();
        var options = new DhcpServerOptions { Interfaces = ["eth0"], Subnets = [ServerUnderTest.Pool()] };
        return new DhcpServer(options, new FakePolicy(), store, new RecordingObserver(), new ManualTime());
    }
}
