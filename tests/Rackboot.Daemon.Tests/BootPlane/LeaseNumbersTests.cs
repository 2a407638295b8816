using System.Net;
using Rackboot.Daemon.Api;
using Rackboot.Daemon.BootPlane;
using Rackboot.Dhcp;

namespace Rackboot.Daemon.Tests.BootPlane;

/// <summary>Leases as metrics.</summary>
public sealed class LeaseNumbersTests
{
    private static readonly DhcpSubnet Rack = new()
    {
        Network = IPNetwork.Parse("10.20.0.0/24"), Mode = SubnetMode.Dhcp,
        Range = new AddressRange(IPAddress.Parse("10.20.0.100"), IPAddress.Parse("10.20.0.199")),
    };

    [Fact]
    public void Addresses_of_the_range_are_leased_or_free_and_reserved_ones_outside_it_are_neither()
    {
        var text = Measure([Rack], "10.20.0.100", "10.20.0.199", "10.20.0.21");
        Assert.Contains("rackboot_leases{subnet=\"10.20.0.0/24\"} 3\n", text, StringComparison.Ordinal);
        Assert.Contains("rackboot_range_addresses{subnet=\"10.20.0.0/24\",state=\"leased\"} 2\n", text, StringComparison.Ordinal);
        Assert.Contains("rackboot_range_addresses{subnet=\"10.20.0.0/24\",state=\"free\"} 98\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Subnets_without_a_range_or_with_another_server_have_none_that_could_run_out()
    {
        foreach (var subnet in new[] { Rack with { Range = null }, Rack with { Mode = SubnetMode.Proxy } })
        {
            var text = Measure([subnet], "10.20.0.21");
            Assert.DoesNotContain("rackboot_range_addresses{", text, StringComparison.Ordinal);
            Assert.Contains("rackboot_leases{subnet=\"10.20.0.0/24\"} 1\n", text, StringComparison.Ordinal);
        }
    }

    private static string Measure(IReadOnlyList<DhcpSubnet> subnets, params string[] leased)
    {
        var use = new LeaseUse(subnets);
        foreach (var address in leased)
            use.Add(Rack.Network, DhcpMessage.ToNumber(IPAddress.Parse(address)));
        var text = new MetricsText();
        LeaseNumbers.Measure(text, use, subnets);
        return text.ToString();
    }
}
