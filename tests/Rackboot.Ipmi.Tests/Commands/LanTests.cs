using System.Net;
using System.Net.NetworkInformation;

namespace Rackboot.Ipmi.Tests.Commands;

public class LanTests
{
    [Fact]
    public async Task A_bmcs_network_is_read_parameter_by_parameter()
    {
        var lan = new LanBmc();

        var configuration = await lan.Channel.GetLanConfigurationAsync(1, default);

        Assert.Equal(LanAddressSource.Dhcp, configuration.Source);
        Assert.Equal(IPAddress.Parse("10.30.0.7"), configuration.Address);
        Assert.Equal(IPAddress.Parse("255.255.255.0"), configuration.Mask);
        Assert.Equal(IPAddress.Parse("10.30.0.1"), configuration.Gateway);
        Assert.Equal(PhysicalAddress.Parse("AC-1F-6B-00-01-02"), configuration.Mac);
        Assert.Equal(0x123, configuration.Vlan);
    }

    [Fact]
    public async Task What_a_bmc_does_not_have_is_not_told()
    {
        var lan = new LanBmc { Missing = [20, 12] };
        var configuration = await lan.Channel.GetLanConfigurationAsync(1, default);
        Assert.Null(configuration.Vlan);
        Assert.Null(configuration.Gateway);
        Assert.NotNull(configuration.Address);
    }

    [Fact]
    public async Task A_vlan_that_is_switched_off_is_none()
    {
        var lan = new LanBmc();
        lan.Values[20] = [0x23, 0x01];
        Assert.Null((await lan.Channel.GetLanConfigurationAsync(1, default)).Vlan);
    }

    [Fact]
    public async Task A_change_sets_the_source_first_the_vlan_last_and_reads_back()
    {
        var lan = new LanBmc();
        var change = new LanChange
        {
            Source = LanAddressSource.Static, Address = IPAddress.Parse("10.30.0.8"), Mask = IPAddress.Parse("255.255.0.0"),
            Gateway = IPAddress.Parse("10.30.0.254"), Vlan = 42,
        };

        var after = await lan.Channel.SetLanConfigurationAsync(1, change, default);

        Assert.Equal(
            ["010001", "010401", "01030a1e0008", "0106ffff0000", "010c0a1e00fe", "01142a80", "010002", "010000"],
            lan.Channel.Sent(IpmiNetFunction.Transport, 0x01));
        Assert.Equal((LanAddressSource.Static, "10.30.0.8", 42), (after.Source, after.Address!.ToString(), after.Vlan));
    }

    [Fact]
    public async Task What_is_not_named_in_a_change_stays()
    {
        var lan = new LanBmc();
        await lan.Channel.SetLanConfigurationAsync(2, new LanChange { Vlan = 0 }, default);
        Assert.Equal(["020001", "02140000", "020002", "020000"], lan.Channel.Sent(IpmiNetFunction.Transport, 0x01));
    }

    [Fact]
    public async Task A_refused_parameter_ends_the_change_and_says_why()
    {
        var lan = new LanBmc { ReadOnly = [3] };

        var failure = await Assert.ThrowsAsync<IpmiException>(
            () => lan.Channel.SetLanConfigurationAsync(1, new LanChange { Address = IPAddress.Loopback }, default));

        Assert.Contains("the parameter is read-only", failure.Message, StringComparison.Ordinal);
        Assert.Equal("010000", lan.Channel.Last);
    }

    [Theory]
    [InlineData("fe80::1", null)]
    [InlineData(null, 4095)]
    [InlineData(null, -1)]
    public async Task What_a_bmc_cannot_take_is_not_sent(string? address, int? vlan)
    {
        var lan = new LanBmc();
        var change = new LanChange { Address = address is null ? null : IPAddress.Parse(address), Vlan = vlan };
        await Assert.ThrowsAsync<ArgumentException>(() => lan.Channel.SetLanConfigurationAsync(1, change, default));
        Assert.Empty(lan.Channel.Requests);
    }

    private sealed class LanBmc
    {
        public LanBmc() => Channel = new ScriptedChannel()
            .On(IpmiNetFunction.Transport, 0x02, request => Missing.Contains(request[1]) ? [0x80] : [0, 0x11, .. Values[request[1]]])
            .On(IpmiNetFunction.Transport, 0x01, Set);

        public ScriptedChannel Channel { get; }
        public byte[] Missing { get; init; } = [];
        public byte[] ReadOnly { get; init; } = [];

        public Dictionary<byte, byte[]> Values { get; } = new()
        {
            [0] = [0],
            [3] = [10, 30, 0, 7],
            [4] = [2],
            [5] = [0xAC, 0x1F, 0x6B, 0, 1, 2],
            [6] = [255, 255, 255, 0],
            [12] = [10, 30, 0, 1],
            [20] = [0x23, 0x81],
        };

        private byte[] Set(byte[] request)
        {
            if (ReadOnly.Contains(request[1]))
                return [0x82];
            Values[request[1]] = request[2..];
            return [0];
        }
    }
}
