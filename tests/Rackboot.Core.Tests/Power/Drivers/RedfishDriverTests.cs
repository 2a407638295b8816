using System.Text;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Redfish.Tests.Server;
using Machine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>A Redfish service over HTTPS that remembers what it is told.</summary>
public sealed class RedfishDriverTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new(real: true);

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_machine_is_switched_and_boots_once_from_the_network_as_the_bmc_reads_back()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server);
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(machine, PowerAction.Status)).State);
        var progress = new List<string>();
        Assert.Equal(PowerState.On, (await _rack.RunAsync(machine, PowerAction.On, BootTarget.Network, progress)).State);
        Assert.Contains(progress, p => p.StartsWith("boots once from network; the BMC reads back Pxe Once", StringComparison.Ordinal));
        await _rack.RunAsync(machine, PowerAction.Off);
        Assert.Equal(["On", "ForceOff"], server.Machine.Resets);
        var info = await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.InfoAsync(cancel), CancellationToken.None);
        Assert.Contains(info, f => f is { Part: "machine", Name: "power", Value: "off" });
        Assert.NotEmpty(await _rack.Desk.ReportAsync(machine, (reports, cancel) => reports.SensorsAsync(cancel), CancellationToken.None));
    }

    [Fact]
    public async Task A_boot_override_that_the_bmc_forgets_does_not_start_the_machine()
    {
        await using var server = await StartAsync();
        server.Mood.LosesBootOverride = true;
        var machine = await AddAsync(server);
        _rack.Desk.Settings = new PowerSettings { Call = TimeSpan.FromSeconds(4) };
        Assert.Equal(PowerFailure.Refused, (await _rack.FailureAsync(machine, PowerAction.On, BootTarget.Network)).Failure);
        Assert.Empty(server.Machine.Resets);
    }

    [Fact]
    public async Task The_first_certificate_is_believed_and_no_other_over_a_restart_too()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server);
        await _rack.RunAsync(machine, PowerAction.Status);
        Assert.Contains("is believed from now on, and no other: sha256:", Assert.Single(await _rack.EventsAsync("bmc.certificate")).Text,
            StringComparison.Ordinal);
        await using var impostor = await StartAsync();
        server.Certificate = impostor.Certificate;
        await _rack.RestartAsync();
        machine = _rack.Inventory.Fleet.Named("a")!;
        var failure = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal(PowerFailure.Refused, failure.Failure);
        Assert.Contains(
            "If it was replaced on purpose, name the new fingerprint as bmc.pin of a", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_is_tried_twice_and_never_again()
    {
        await using var server = await StartAsync();
        var machine = await AddAsync(server, "hunter2");
        Assert.Equal(PowerFailure.WrongCredential, (await _rack.FailureAsync(machine, PowerAction.Status)).Failure);
        Assert.Equal(PowerFailure.WrongCredential, (await _rack.FailureAsync(machine, PowerAction.Status)).Failure);
        var asked = server.Seen.Count;
        var stopped = await _rack.FailureAsync(machine, PowerAction.Status);
        Assert.Equal((PowerFailure.Misconfigured, asked), (stopped.Failure, server.Seen.Count));
        Assert.DoesNotContain("hunter2", string.Join('\n', (await _rack.EventsAsync()).Select(e => e.Text)), StringComparison.Ordinal);
    }

    private static Task<RedfishServer> StartAsync() => RedfishServer.StartAsync("plain", TimeProvider.System);

    private async Task<Machine> AddAsync(RedfishServer server, string password = RedfishServer.Password)
    {
        server.Mood.PowerDelay = TimeSpan.FromMilliseconds(300);
        await _rack.Vault.PutAsync("bmc", RedfishServer.User, new Secret(Encoding.UTF8.GetBytes(password)), null, dryRun: false);
        return await _rack.PutAsync(
            "a", new BmcSpec { Driver = BmcDriver.Redfish, Address = server.Address.Host, Port = server.Address.Port, Credential = "bmc" });
    }
}
