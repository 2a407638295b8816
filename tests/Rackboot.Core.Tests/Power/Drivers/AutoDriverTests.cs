using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Ipmi.Tests.Real;
using Rackboot.Redfish.Tests.Server;
using Machine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>What a BMC speaks is found out once and remembered.</summary>
public sealed class AutoDriverTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new(real: true);

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_redfish_service_is_found_and_no_password_goes_to_it_before()
    {
        await using var server = await RedfishServer.StartAsync("plain", TimeProvider.System);
        var machine = await AddAsync(server.Address.Host, server.Address.Port, RedfishServer.User, RedfishServer.Password);
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(machine, PowerAction.Status)).State);
        Assert.Equal("127.0.0.1 speaks redfish", Assert.Single(await _rack.EventsAsync("bmc.found")).Text);
        await _rack.RestartAsync();
        await _rack.RunAsync(_rack.Inventory.Fleet.Named("a")!, PowerAction.Status);
        Assert.Single(await _rack.EventsAsync("bmc.found"));
    }

    [Fact]
    public async Task A_bmc_without_redfish_is_found_by_ipmi()
    {
        await using var bmc = await IpmiSimulator.StartAsync();
        var machine = await AddAsync(bmc.EndPoint.Address.ToString(), bmc.EndPoint.Port, "admin", IpmiSimulator.Password);
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.On, BootTarget.Network)).State);
        Assert.Equal(("1", "pxe"), (bmc.Read("power"), bmc.Read("boot")));
        Assert.EndsWith("speaks ipmi", Assert.Single(await _rack.EventsAsync("bmc.found")).Text, StringComparison.Ordinal);
        Assert.Contains(await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.InfoAsync(cancel), CancellationToken.None),
            f => f is { Part: "bmc", Name: "ipmi" });
    }

    [Fact]
    public async Task An_address_where_nothing_answers_is_named_and_asked_again_later()
    {
        var nobody = Peers.FreeEndPoint();
        var machine = await AddAsync(nobody.Address.ToString(), nobody.Port, "admin", "x");
        var failure = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal((PowerFailure.NoAnswer, $"{nobody.Address} answers neither Redfish (TCP 443) nor IPMI (UDP 623); is its address "
            + "right, and does its network reach this host?"), (failure.Failure, failure.Message));
        Assert.Empty(await _rack.EventsAsync("bmc.found"));
    }

    private async Task<Machine> AddAsync(string address, int port, string user, string password)
    {
        await _rack.Vault.PutAsync("bmc", user, new Secret(password), null, dryRun: false);
        return await _rack.PutAsync("a", new BmcSpec { Driver = BmcDriver.Auto, Address = address, Port = port, Credential = "bmc" });
    }
}
