using System.Net;
using System.Text;
using Rackboot.Core.Network;
using Rackboot.Core.Storage;
using Rackboot.Core.Tests.Support;
using Rackboot.Dhcp;

namespace Rackboot.Core.Tests;

public sealed class StoredLeasesTests
{
    [Fact]
    public async Task A_lease_comes_back_after_a_restart_as_it_was_committed()
    {
        await using var rack = Rack.Start();
        Lease[] leases =
        [
            Bound("10.20.0.50") with { ClientIdentifier = new byte[] { 0xff, 0, 1, 2 }, HostName = "node-01 \"☃\"" },
            Bound("10.20.0.51") with { State = LeaseState.Declined, Holder = "", HardwareAddress = "" },
            Bound("10.20.0.9") with { State = LeaseState.Released },
        ];
        await new StoredLeases(rack.Store).CommitAsync(leases, CancellationToken.None);
        await rack.RestartAsync();
        var loaded = Load(new StoredLeases(rack.Store)).ToDictionary(l => l.Address.ToString());
        Assert.Equal(3, loaded.Count);
        foreach (var lease in leases)
        {
            var stored = loaded[lease.Address.ToString()];
            Assert.Equal(lease.ClientIdentifier.ToArray(), stored.ClientIdentifier.ToArray());
            Assert.Equal(lease with { ClientIdentifier = default }, stored with { ClientIdentifier = default });
        }
    }

    [Fact]
    public async Task An_address_has_one_lease_the_newest()
    {
        await using var rack = Rack.Start();
        var store = new StoredLeases(rack.Store);
        for (var i = 0; i < 100; i++)
            await store.CommitAsync([Bound("10.20.0.50") with { Holder = $"h{i}" }], CancellationToken.None);
        Assert.Equal("h99", Assert.Single(Load(store)).Holder);
    }

    [Fact]
    public async Task Leases_are_promised_only_once_they_are_on_disk()
    {
        await using var rack = Rack.Start();
        await new StoredLeases(rack.Store).CommitAsync(
            [.. Enumerable.Range(1, 200).Select(i => Bound($"10.20.0.{i}"))], CancellationToken.None);
        await using var second = SqliteStore.Open(
            Path.Combine(rack.Directory, "rackboot.db"), Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        Assert.Equal(200, Load(new StoredLeases(second)).Count);
    }

    [Fact]
    public async Task A_lease_is_stored_as_every_version_has_stored_it()
    {
        await using var rack = Rack.Start();
        await new StoredLeases(rack.Store).CommitAsync(
            [
                Bound("10.20.0.50") with { ClientIdentifier = new byte[] { 0xff, 0, 1, 2 }, HostName = "a \"☃\"" },
                Bound("10.20.0.51") with { State = LeaseState.Declined, Holder = "", HardwareAddress = "" },
            ],
            CancellationToken.None);
        Assert.Equal("""
            {"address":"10.20.0.50","state":"bound","holder":"machine:1","hardwareAddress":"52:54:00:00:00:0a",
            "clientIdentifier":"/wABAg==","hostName":"a \u0022\u2603\u0022",
            "subnet":"10.20.0.0/24","since":"1970-01-01T00:00:00+00:00","expires":"1970-01-01T01:00:00+00:00"}
            {"address":"10.20.0.51","state":"declined","holder":"","hardwareAddress":"","clientIdentifier":"",
            "subnet":"10.20.0.0/24","since":"1970-01-01T00:00:00+00:00","expires":"1970-01-01T01:00:00+00:00"}
            """.ReplaceLineEndings("").Replace("}{", "}\n{", StringComparison.Ordinal),
            string.Join('\n', rack.Store.Load(Table.Leases).Select(d => Encoding.UTF8.GetString(d.Body.Span))));
    }

    [Theory]
    [InlineData("""{"expires":"2026-01-01T00:00:00+00:00"}""", "a lease lacks address")]
    [InlineData("""{"address":"10.20.0.300"}""", "not an IP address")]
    [InlineData("""{"address":"10.20.0.1","state":"lost"}""", "not the state of a lease")]
    [InlineData("""["address"]""", "a lease lacks address")]
    public void A_damaged_lease_is_named(string stored, string why)
    {
        var document = new StoredDocument("10.20.0.1", 1, Encoding.UTF8.GetBytes(stored));
        var error = Assert.Throws<InvalidDataException>(() => StoreJson.Read<Lease>(document));
        Assert.StartsWith($"reading Lease 10.20.0.1 from the store failed: {why}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_newer_version_has_added_to_a_lease_is_passed_over()
    {
        var stored = """
            {"address":"10.20.0.1","more":{"state":[1,{"a":2}]},"state":"released","holder":"h","hardwareAddress":"m",
            "hostName":null,"tag":7,"subnet":"10.20.0.0/24","since":"2026-01-01T00:00:00Z","expires":"2026-01-01T00:00:00Z"}
            """;
        var lease = StoreJson.Read<Lease>(new StoredDocument("10.20.0.1", 1, Encoding.UTF8.GetBytes(stored)));
        Assert.Equal((LeaseState.Released, "h", null), (lease.State, lease.Holder, lease.HostName));
    }

    private static List<Lease> Load(StoredLeases store)
    {
        var leases = new List<Lease>();
        store.Load(leases.Add);
        return leases;
    }

    private static Lease Bound(string address) => new()
    {
        Address = IPAddress.Parse(address),
        State = LeaseState.Bound,
        Holder = "machine:1",
        HardwareAddress = "52:54:00:00:00:0a",
        Subnet = "10.20.0.0/24",
        Since = DateTimeOffset.UnixEpoch,
        Expires = DateTimeOffset.UnixEpoch.AddHours(1),
    };
}
