using System.Net;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Ipmi.Tests.Real;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Core.Tests.Power;

/// <summary>Finding BMCs in a network.</summary>
public sealed class ProbeTests
{
    [Theory]
    [InlineData("10.30.0.0/24", null)]
    [InlineData("10.30.0.21", null)]
    [InlineData("10.30.0.0/16", null)]
    [InlineData("10.0.0.0/15", "10.0.0.0/15 has more than 65,536 addresses; probe a part of it, at most a /16")]
    [InlineData("10.30.0.1/24", null)]
    [InlineData("fd00::/64", "\"fd00::/64\" is not an IPv4 network")]
    [InlineData("rack", "\"rack\" is not an IPv4 network")]
    [InlineData(null, "\"\" is not an IPv4 network")]
    public void A_network_is_not_too_large(string? text, string? mistake)
    {
        if (mistake is null)
            Assert.Null(BmcProbe.Mistake(text, out _));
        else
            Assert.StartsWith(mistake, BmcProbe.Mistake(text, out _), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bmc_on_ipmi_and_one_on_redfish_are_found_among_many_addresses()
    {
        await using var ipmi = await IpmiSimulator.StartAsync();
        await using var redfish = await RedfishServer.StartAsync("plain", TimeProvider.System);
        var around = IPNetwork.Parse($"{string.Join('.', ipmi.EndPoint.Address.GetAddressBytes()[..3])}.0/24");
        var steps = await RunAsync(new BmcProbe(TimeProvider.System, 1, ipmi.EndPoint.Port), around);
        Assert.Equal((254, 254), (steps[^1].Asked, steps[^1].Total));
        Assert.Equal(new BmcFound(ipmi.EndPoint.Address.ToString(), true, null, null, null, null),
            Assert.Single(steps, s => s.Found is not null).Found);

        var found = Assert.Single(
            await RunAsync(new BmcProbe(TimeProvider.System, redfish.Address.Port, 9), IPNetwork.Parse("127.0.0.1/32"))).Found!;
        Assert.Equal(("127.0.0.1", false), (found.Address, found.Ipmi));
        Assert.NotNull(found.Redfish);
        Assert.DoesNotContain(redfish.Seen, r => r.ToString().Contains("Authorization", StringComparison.Ordinal));
    }

    private static async Task<List<(int Asked, int Total, BmcFound? Found)>> RunAsync(BmcProbe probe, IPNetwork network)
    {
        var steps = new List<(int, int, BmcFound?)>();
        await foreach (var step in probe.RunAsync(network, CancellationToken.None))
            steps.Add(step);
        return steps;
    }
}
