namespace Rackboot.Ipmi.Tests.Commands;

public class ChassisTests
{
    [Fact]
    public async Task Status_tells_power_faults_policy_and_identify_light()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x01, "00 49 11 5c");

        var status = await channel.GetChassisStatusAsync(default);

        Assert.True(status is { IsOn: true, PowerFault: true, PowerOverload: false, LastOffByMains: true, LastOnByCommand: true });
        Assert.True(status is { DriveFault: true, CoolingFault: true, Intrusion: false, Identifying: true });
        Assert.Equal(PowerRestorePolicy.PowersUp, status.RestorePolicy);
    }

    [Fact]
    public async Task A_bmc_without_an_identify_light_does_not_tell_of_it()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x01, "00 00 00 00");
        Assert.Null((await channel.GetChassisStatusAsync(default)).Identifying);
        Assert.False((await channel.GetChassisStatusAsync(default)).IsOn);
    }

    [Theory]
    [InlineData(ChassisControl.PowerDown, "00")]
    [InlineData(ChassisControl.PowerUp, "01")]
    [InlineData(ChassisControl.PowerCycle, "02")]
    [InlineData(ChassisControl.HardReset, "03")]
    [InlineData(ChassisControl.PulseDiagnosticInterrupt, "04")]
    [InlineData(ChassisControl.SoftShutdown, "05")]
    public async Task Power_is_switched_with_commands_that_are_never_sent_twice(ChassisControl control, string data)
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x02, "00");

        await channel.ControlChassisAsync(control, default);

        Assert.Equal(data, channel.Last);
        Assert.False(channel.Requests.Single().Repeatable);
    }

    [Fact]
    public async Task Power_that_cannot_be_switched_now_is_said_so()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x02, "d5");

        var failure = await Assert.ThrowsAsync<IpmiException>(() => channel.ControlChassisAsync(ChassisControl.SoftShutdown, default));

        Assert.Equal(IpmiFailure.Refused, failure.Failure);
        Assert.Contains(
            "Chassis Control was refused: not possible in the machine's present state", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(30, "1e")]
    [InlineData(0, "00")]
    [InlineData(1000, "ff")]
    [InlineData(-1, "0001")]
    public async Task The_light_shines_for_seconds_or_until_it_is_put_out(int seconds, string data)
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x04, "00");

        await channel.IdentifyAsync(seconds < 0 ? null : TimeSpan.FromSeconds(seconds), default);

        Assert.Equal(data, channel.Last);
    }

    [Theory]
    [InlineData("00 04 01", RestartCause.Watchdog)]
    [InlineData("00 f7 0e", RestartCause.MainsBackAsBefore)]
    [InlineData("00 0f 00", RestartCause.Unknown)]
    public async Task A_machine_tells_why_it_last_started(string answer, RestartCause cause) =>
        Assert.Equal(cause, await new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x07, answer).GetRestartCauseAsync(default));

    [Fact]
    public async Task What_the_machine_does_when_its_mains_come_back_is_set()
    {
        var channel = new ScriptedChannel().On(IpmiNetFunction.Chassis, 0x06, "00 07");
        await channel.SetPowerRestorePolicyAsync(PowerRestorePolicy.AsBefore, default);
        Assert.Equal("01", channel.Last);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => channel.SetPowerRestorePolicyAsync(PowerRestorePolicy.Unknown, default));
        Assert.Single(channel.Requests);
    }
}
