namespace Rackboot.Ipmi.Tests.Commands;

public class DcmiTests
{
    [Fact]
    public async Task Power_is_read_by_dcmi_in_watts()
    {
        var channel = new ScriptedChannel()
            .On(IpmiNetFunction.GroupExtension, 0x02, "00 dc d200 6400 2c01 c800 0053016b e8030000 40")
            .On(IpmiNetFunction.GroupExtension, 0x01, "00 dc 01 05 02 00 01 07");

        var reading = await channel.GetPowerReadingAsync(default);
        Assert.Equal((210, 100, 300, 200, true), (reading.Now, reading.Least, reading.Most, reading.Average, reading.IsMeasuring));
        Assert.Equal(TimeSpan.FromSeconds(1), reading.Period);
        Assert.Equal("dc010000", channel.Last);

        Assert.Equal(new DcmiCapabilities(new Version(1, 5), true, true, true, true), await channel.GetDcmiCapabilitiesAsync(default));
        Assert.Equal("dc01", channel.Last);
    }

    [Fact]
    public async Task A_bmc_without_dcmi_says_so_and_another_groups_answer_is_not_taken()
    {
        Assert.True(
            (await Assert.ThrowsAsync<IpmiException>(async () => await new ScriptedChannel().GetPowerReadingAsync(default))).IsUnsupported);
        var other = new ScriptedChannel().On(IpmiNetFunction.GroupExtension, 0x02, "00 00 d200 6400 2c01 c800 0053016b e8030000 40");
        Assert.Equal(IpmiFailure.BadAnswer,
            (await Assert.ThrowsAsync<IpmiException>(async () => await other.GetPowerReadingAsync(default))).Failure);
    }
}
