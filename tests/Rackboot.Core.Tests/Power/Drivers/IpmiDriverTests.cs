using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Ipmi.Tests.Real;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>A real BMC simulator, OpenIPMI's, behind everything that stands between an operator and a BMC.</summary>
public sealed class IpmiDriverTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new(real: true);

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_machine_is_switched_and_boots_once_from_the_network_as_the_bmc_reads_back()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        var machine = await AddAsync(bmc.EndPoint);
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(machine, PowerAction.Status)).State);
        var progress = new List<string>();
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.On, BootTarget.Network, progress)).State);
        Assert.Equal(("1", "pxe"), (bmc.Read("power"), bmc.Read("boot")));
        Assert.Contains(progress, p => p.StartsWith("boots once from network; the BMC reads back Pxe", StringComparison.Ordinal));
        await _rack.RunAsync(machine, PowerAction.Reset, BootTarget.Bios);
        Assert.Equal("bios", bmc.Read("boot"));
        await _rack.RunAsync(machine, PowerAction.Cycle, BootTarget.Disk);
        await _rack.RunAsync(machine, PowerAction.Off);
        Assert.Equal("0", bmc.Read("power"));
        Assert.Equal("was already off", (await _rack.RunAsync(machine, PowerAction.Off)).Text.Split(',')[0]);
        await _rack.RunAsync(machine, PowerAction.Identify);
    }

    [Fact]
    public async Task Http_boot_is_what_ipmi_cannot_ask_for_and_the_machine_stays_on()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        bmc.Write("power", "1");
        var machine = await AddAsync(bmc.EndPoint);
        var failure = await _rack.FailureAsync(machine, PowerAction.Cycle, BootTarget.Http);
        Assert.Equal(PowerFailure.NotSupported, failure.Failure);
        Assert.StartsWith("IPMI cannot set HTTP boot; use --boot network", failure.Message, StringComparison.Ordinal);
        Assert.Equal("1", bmc.Read("power"));
    }

    [Fact]
    public async Task A_slow_bmc_is_not_told_twice_what_it_would_do_twice()
    {
        await using var bmc = await IpmiSimulator.StartAsync(hookSeconds: 1.2);
        var machine = await AddAsync(bmc.EndPoint);
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.On)).State);
        Assert.Single(bmc.HookCalls, c => c.StartsWith("set power", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_wrong_password_is_tried_twice_and_never_again()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        var machine = await AddAsync(bmc.EndPoint, password: "wrong");
        Assert.Equal(PowerFailure.WrongCredential, (await _rack.FailureAsync(machine, PowerAction.Status)).Failure);
        Assert.Equal(PowerFailure.WrongCredential, (await _rack.FailureAsync(machine, PowerAction.Status)).Failure);
        var stopped = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal(PowerFailure.Misconfigured, stopped.Failure);
        Assert.DoesNotContain("wrong", stopped.Message.Replace("wrongly", "", StringComparison.Ordinal), StringComparison.Ordinal);
        await _rack.Vault.PutAsync("bmc", "admin", new Secret(IpmiSimulator.Password), null, dryRun: false);
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(machine, PowerAction.Status)).State);
    }

    [Fact]
    public async Task A_frozen_bmc_is_named_and_the_machine_is_not_forgotten()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        var machine = await AddAsync(bmc.EndPoint);
        await _rack.RunAsync(machine, PowerAction.On);
        bmc.Freeze();
        var failure = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal(PowerFailure.NoAnswer, failure.Failure);
        Assert.Contains(bmc.EndPoint.Address.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Equal((PowerState.On, failure.Message), (_rack.Desk.Known(machine)!.State, _rack.Desk.Known(machine)!.Problem));
        bmc.Thaw();
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.Status)).State);
    }

    [Fact]
    public async Task What_the_bmc_tells_is_told_on()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        var machine = await AddAsync(bmc.EndPoint);
        var info = await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.InfoAsync(cancel), CancellationToken.None);
        Assert.Contains(info, f => f is { Part: "bmc", Name: "ipmi", Value: "2.0" });
        Assert.Contains(info, f => f is { Part: "chassis", Name: "power", Value: "off" });
        var none = await Assert.ThrowsAsync<PowerException>(
            () => _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.SensorsAsync(cancel), CancellationToken.None));
        Assert.Contains("has no sensor records", none.Message, StringComparison.Ordinal);
        Assert.Equal("9.08", Assert.Single(
            await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.FirmwareAsync(cancel), CancellationToken.None)).Version);
        await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.LogAsync(10, cancel), CancellationToken.None);
        Assert.Equal(PowerFailure.NotSupported, (await Assert.ThrowsAsync<PowerException>(
            () => _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.MediaAsync(cancel), CancellationToken.None))).Failure);
    }

    [Fact]
    public async Task A_password_that_ipmi_cannot_carry_is_refused_before_any_bmc_is_asked()
    {
        var machine = await AddAsync(new IPEndPoint(IPAddress.Loopback, 1), password: new string('x', 21));
        Assert.Contains(
            "the password has 21 bytes", (await _rack.FailureAsync(machine, PowerAction.Status)).Message, StringComparison.Ordinal);
    }

    private async Task<Machine> AddAsync(IPEndPoint address, string password = IpmiSimulator.Password)
    {
        await _rack.Vault.PutAsync("bmc", "admin", new Secret(password), null, dryRun: false);
        return await _rack.PutAsync(
            "a", new BmcSpec { Driver = BmcDriver.Ipmi, Address = address.Address.ToString(), Port = address.Port, Credential = "bmc" });
    }
}
