using System.Net;
using Rackboot.Core.Events;
using static Rackboot.Daemon.Tests.Boots.OwnAddresses;

namespace Rackboot.Daemon.Tests.Boots;

public sealed class BootAddressesTests
{
    [Fact]
    public async Task Many_notices_of_the_kernel_are_one_change_when_the_network_has_settled()
    {
        await using var host = new OwnAddresses(["eth1"], On("eth1", "10.0.0.1"));
        var changes = 0;
        host.Own.Changed += () => changes++;

        host.Become();
        host.Clock.Pass(TimeSpan.FromMilliseconds(200));
        host.Become(On("eth1", "10.0.0.2"));
        Assert.Equal(0, changes);
        host.Clock.Pass(TimeSpan.FromMilliseconds(50));

        Assert.Equal(1, changes);
        Assert.Equal([On("eth1", "10.0.0.2")], host.Own.Served);
        Assert.Equal("eth1 gained 10.0.0.2/8; eth1 lost 10.0.0.1/8; served: 10.0.0.2 on eth1", (await host.LastEventAsync()).Text);
    }

    [Fact]
    public async Task A_notice_that_changes_nothing_disturbs_nobody()
    {
        await using var host = new OwnAddresses(["eth1"], On("eth1", "10.0.0.1"));
        host.Own.Changed += () => Assert.Fail("nothing changed");

        host.Become(On("eth1", "10.0.0.1"));
        host.PassSettling();
    }

    [Fact]
    public async Task A_change_that_the_kernel_did_not_say_is_found_within_ten_seconds()
    {
        await using var host = new OwnAddresses(["eth1"], On("eth1", "10.0.0.1"));
        host.BecomeUnsaid(On("eth1", "10.0.0.1"), On("eth1", "10.0.0.2"));
        host.Clock.Pass(TimeSpan.FromSeconds(10));
        Assert.Equal(2, host.Own.Served.Count);
    }

    [Fact]
    public async Task An_interface_under_the_same_name_with_another_number_was_made_anew()
    {
        await using var host = new OwnAddresses(["bond0"], On("bond0", "10.0.0.1", index: 7));
        host.Become(On("bond0", "10.0.0.1", index: 12));
        host.PassSettling();
        Assert.Equal("bond0 was recreated with 10.0.0.1/8; served: 10.0.0.1 on bond0", (await host.LastEventAsync()).Text);
    }

    [Fact]
    public async Task An_interface_without_an_address_is_a_problem_as_long_as_it_has_none()
    {
        await using var host = new OwnAddresses(["eth1", "eth2"], On("eth1", "10.0.0.1"));
        Assert.Contains("boot interface eth2 does not exist", Assert.Single(host.Own.Problems), StringComparison.Ordinal);

        host.Become(On("eth2", "10.0.0.1"));
        host.PassSettling();
        Assert.Contains("boot interface eth1 does not exist", Assert.Single(host.Own.Problems), StringComparison.Ordinal);
        var said = await host.LastEventAsync();
        Assert.Equal(Level.Warning, said.Level);
        Assert.StartsWith("eth2 gained 10.0.0.1/8; boot interface eth1 does not exist", said.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_primary_address_stays_while_it_is_there_and_while_there_is_none()
    {
        await using var host = new OwnAddresses(["eth1"], On("eth1", "10.0.0.2"));
        host.Become(On("eth1", "10.0.0.1"), On("eth1", "10.0.0.2"));
        host.PassSettling();
        Assert.Equal(IPAddress.Parse("10.0.0.2"), host.Own.Primary);

        host.Become();
        host.PassSettling();
        Assert.Equal(IPAddress.Parse("10.0.0.2"), host.Own.Primary);

        host.Become(On("eth1", "10.0.0.1"));
        host.PassSettling();
        Assert.Equal(IPAddress.Parse("10.0.0.1"), host.Own.Primary);
    }
}
