using System.Net;
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
