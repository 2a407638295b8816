using System.Net;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.BootPlane;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Tests.BootPlane;

/// <summary>Leases as metrics.</summary>
public sealed class LeaseNumbersTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly DhcpSubnet Rack = new()
    {
        Network = IPNetwork.Parse("10.20.0.0/24"), Mode = SubnetMode.Dhcp,
        Range = new AddressRange(IPAddress.Parse("10.20.0.100"), IPAddress.Parse("10.20.0.199")),
    };

    [Fact]
    public void Only_leases_in_force_take_from_the_range_and_reserved_addresses_outside_it_do_not()
    {
        var text = Measure([Rack], Lease("10.20.0.100"), Lease("10.20.0.199"), Lease("10.20.0.21"),
            Lease("10.20.0.150") with { Expires = Now.AddSeconds(-1) });
        Assert.Contains("rackboot_leases{subnet=\"10.20.0.0/24\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("rackboot_range_addresses{subnet=\"10.20.0.0/24\",state=\"leased\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("rackboot_range_addresses{subnet=\"10.20.0.0/24\",state=\"free\"} 98\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Subnets_without_a_range_or_with_another_server_have_none_that_could_run_out()
    {
        var text = Measure([Rack with { Range = null }, Rack with { Mode = SubnetMode.Proxy }], Lease("10.20.0.21"));
        Assert.DoesNotContain("rackboot_range_addresses{", text, StringComparison.Ordinal);
        Assert.Contains("rackboot_leases{subnet=\"10.20.0.0/24\"} 1\n", text, StringComparison.Ordinal);
    }

    private static string Measure(IReadOnlyList<DhcpSubnet> subnets, params Lease[] leases)
    {
        var text = new MetricsText();
        LeaseNumbers.Measure(text, leases, subnets, Now);
        return text.ToString();
    }

    private static Lease Lease(string address) => new()
    {
        Address = IPAddress.Parse(address), State = LeaseState.Bound, Holder = address, HardwareAddress = "52:54:00:00:00:01",
        Subnet = "10.20.0.0/24", Since = Now.AddMinutes(-5), Expires = Now.AddMinutes(55),
    };
}
