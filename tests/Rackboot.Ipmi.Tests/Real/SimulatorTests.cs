namespace Rackboot.Ipmi.Tests.Real;

/// <summary>The simulators are what the other tests take them for: the reference clients say so.</summary>
public sealed class SimulatorTests
{
    [Fact]
    public async Task Ipmi_sim_switches_power_and_boot_device_for_ipmitool()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        Assert.Equal((0, "Chassis Power is off\n"), await Peers.IpmitoolAsync(bmc.EndPoint, 3, "chassis", "power", "status"));
        Assert.Equal(0, (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "chassis", "power", "on")).Code);
        Assert.Equal(0, (await Peers.IpmitoolAsync(bmc.EndPoint, 3, "chassis", "bootdev", "pxe")).Code);
        Assert.Equal(("1", "pxe"), (bmc.Read("power"), bmc.Read("boot")));
        Assert.Contains("set power 1", bmc.HookCalls);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(17)]
    public async Task Pyghmis_bmc_speaks_both_suites_with_ipmitool(int suite)
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        Assert.Equal((0, "Chassis Power is off\n"), await Peers.IpmitoolAsync(bmc.EndPoint, suite, "chassis", "power", "status"));
        Assert.Equal(0, (await Peers.IpmitoolAsync(bmc.EndPoint, suite, "chassis", "bootdev", "pxe", "options=efiboot")).Code);
        Assert.Equal(0, (await Peers.IpmitoolAsync(bmc.EndPoint, suite, "chassis", "power", "on")).Code);
        var status = await bmc.StatusAsync();
        Assert.Equal(1, status.Power);
        Assert.Equal(["on"], status.Actions);
        Assert.Equal([1], status.Booted);
        Assert.All(status.Suites, s => Assert.Equal(suite, s));
        Assert.Equal(0, status.Sessions);
        var (_, power) = await Peers.IpmitoolAsync(bmc.EndPoint, suite, "dcmi", "power", "reading");
        Assert.Matches(@"Instantaneous power reading:\s+187 Watts", power);
    }

    [Fact]
    public async Task Pyghmis_bmc_answers_ipmipower_with_suite_17()
    {
        Assert.SkipUnless(File.Exists("/usr/sbin/ipmipower"), "freeipmi is not installed");
        await using var bmc = await PyghmiBmc.StartAsync();
        var (code, text) = await Peers.RunAsync("/usr/sbin/ipmipower", "-h", bmc.EndPoint.ToString(), "-u", "admin", "-p",
            IpmiSimulator.Password, "-D", "LAN_2_0", "-I", "17", "--stat");
        Assert.Equal(0, code);
        Assert.Contains(": off", text);
    }

    [Fact]
    public async Task Pyghmis_bmc_refuses_a_wrong_password_a_strange_user_and_too_high_a_privilege()
    {
        await using var bmc = await PyghmiBmc.StartAsync();
        string[] target = ["-I", "lanplus", "-C", "17", "-H", bmc.EndPoint.Address.ToString(), "-p", bmc.EndPoint.Port.ToString(), "-N",
            "1", "-R", "1", "-v"];
        Assert.NotEqual(
            0, (await Peers.RunAsync("ipmitool", [.. target, "-U", "admin", "-P", "wrong", "chassis", "power", "status"])).Code);
        Assert.Contains("unauthorized name",
            (await Peers.RunAsync("ipmitool", [.. target, "-U", "nobody", "-P", "secret", "chassis", "power", "status"])).Text);
        Assert.Contains("unauthorized role",
            (await Peers.RunAsync("ipmitool", [.. target, "-U", "viewer", "-P", "viewsecret", "chassis", "power", "status"])).Text);
        Assert.Equal(0, (await Peers.RunAsync(
            "ipmitool", [.. target, "-L", "USER", "-U", "viewer", "-P", "viewsecret", "chassis", "power", "status"])).Code);
    }
}
