using Rackboot.Cloud.Tests.Simulators;
using Rackboot.Cloud.Tests.Support;
using Rackboot.Core.Clouds;
using Rackboot.Core.Power;

namespace Rackboot.Cloud.Tests.Servers;

/// <summary>Machines at providers, switched as the appliance switches those in the rack.</summary>
public sealed class PowerTests
{
    public static TheoryData<string> Names => Providers.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_machine_is_switched_off_and_on_and_its_state_read_back_where_its_provider_can(string provider)
    {
        using var rack = await RunningAsync(provider);
        await using var power = rack.Power("node-31");
        var traits = Clouds.Traits(provider)!;
        Assert.Equal(traits.ReadsPower, power.ReadsState);
        foreach (var to in Enum.GetValues<PowerSwitch>().Where(to => !traits.Switches.Contains((CloudSwitch)to)))
            Assert.Equal(PowerFailure.NotSupported, (await Assert.ThrowsAsync<PowerException>(() => power.SwitchAsync(to,
                default))).Failure);
        if (traits.ReadsPower)
            Assert.Equal(PowerState.On, await power.ReadStateAsync(default));
        var off = traits.Switches.Contains(CloudSwitch.Off) ? PowerSwitch.Off : PowerSwitch.Soft;
        if (traits.Switches.Contains((CloudSwitch)off) && traits.ReadsPower)
        {
            await power.SwitchAsync(off, default);
            Assert.Equal(PowerState.Off, await power.ReadStateAsync(default));
            await power.SwitchAsync(PowerSwitch.On, default);
            Assert.Equal(PowerState.On, await power.ReadStateAsync(default));
        }

        if (traits.Switches.Contains(CloudSwitch.Reset))
            await power.SwitchAsync(PowerSwitch.Reset, default);
        Assert.Single(rack.Cloud.Alive);
    }

    [Fact]
    public async Task While_the_newest_list_is_fresh_nobody_is_asked_and_after_a_switch_the_provider_is()
    {
        using var rack = await RunningAsync("latitude");
        await using var power = rack.Power("node-31");
        await rack.RoundsAsync();
        var before = rack.Cloud.Requests.Count;
        for (var i = 0; i < 20; i++)
            Assert.Equal(PowerState.On, await power.ReadStateAsync(default));
        Assert.Equal(before, rack.Cloud.Requests.Count);
        await power.SwitchAsync(PowerSwitch.Off, default);
        Assert.Equal(PowerState.Off, await power.ReadStateAsync(default));
        Assert.Equal(before + 2, rack.Cloud.Requests.Count);
        rack.Clock.Pass(TimeSpan.FromMinutes(10));
        Assert.Equal(PowerState.Off, await power.ReadStateAsync(default));
        Assert.Equal(before + 3, rack.Cloud.Requests.Count);
    }

    [Fact]
    public async Task What_cannot_be_says_why_and_a_lost_answer_is_no_refusal()
    {
        using var rack = await RunningAsync("latitude");
        await using var power = rack.Power("node-31");
        Assert.Equal(PowerFailure.NotSupported, (await Refused(() => power.SetBootOnceAsync(BootTarget.Network, default))).Failure);
        Assert.Equal(PowerFailure.NotSupported, (await Refused(() => power.IdentifyAsync(TimeSpan.FromSeconds(1), default))).Failure);
        rack.Cloud.Faults = _ => Fault.LostAnswer;
        Assert.Equal(PowerFailure.NoAnswer, (await Refused(() => power.SwitchAsync(PowerSwitch.Off, default))).Failure);
        rack.Cloud.Faults = null;
        rack.Cloud.DeleteInConsole(rack.Cloud.Servers[0]);
        Assert.Contains("no longer has server id-0001", (await Refused(() => power.ReadStateAsync(default))).Message,
            StringComparison.Ordinal);
        await rack.PlaceAsync("node-32");
        await using var unbought = rack.Power("node-32");
        Assert.Contains("node-32 has no server yet", (await Refused(() => unbought.ReadStateAsync(default))).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_the_state_cannot_be_read_the_provider_is_named_as_the_one_who_switches()
    {
        using var rack = await RunningAsync("vultr");
        await using var power = rack.Power("node-31");
        Assert.Equal((false, "provider here"), (power.ReadsState, power.Actor));
    }

    private static Task<PowerException> Refused(Func<Task> act) => Assert.ThrowsAsync<PowerException>(act);

    private static async Task<CloudRack> RunningAsync(string provider)
    {
        var rack = await CloudRack.StartAsync(Providers.Start(provider));
        await rack.PlaceAsync("node-31");
        await rack.RoundsAsync();
        await rack.ApproveAsync("node-31");
        await rack.RoundsAsync(40);
        Assert.Equal(PlacementStage.Running, rack.Placement("node-31").Stage);
        return rack;
    }
}
