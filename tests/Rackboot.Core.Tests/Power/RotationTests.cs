using System.Text;
using Rackboot.Core.Credentials;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Power.Operations;
using Rackboot.Ipmi.Tests.Real;
using Rackboot.Redfish.Tests.Server;
using Machine = Rackboot.Core.Machines.Machine;

namespace Rackboot.Core.Tests.Power;

/// <summary>A new password goes to real BMCs: one on IPMI, one on Redfish, and one that does not exist.</summary>
public sealed class RotationTests : IAsyncDisposable
{
    private readonly PowerRack _rack = new(real: true);

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task Each_bmc_gets_it_and_proves_it_and_what_failed_is_taken_up_again()
    {
        await using var ipmi = await IpmiSimulator.StartAsync();
        await _rack.Vault.PutAsync("bmc", "admin", new Secret(IpmiSimulator.Password), null, dryRun: false);
        var here = await AddAsync("here", ipmi.EndPoint);
        var gone = await AddAsync("gone", new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 9));
        var rotation = new CredentialRotation(_rack.Desk, _rack.Vault, _rack.Inventory, _rack.Events);
        Assert.Null(rotation.Mistake("bmc"));
        var steps = await RunAsync(rotation, "newer-secret");
        Assert.Equal(PowerStep.Done, steps.Last(s => s.Machine == "here").Step);
        Assert.Equal(PowerStep.Failed, steps.Last(s => s.Machine == "gone").Step);
        Assert.Equal(("newer-secret", IpmiSimulator.Password), (PasswordOf(here), PasswordOf(gone)));
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(here, PowerAction.Status)).State);
        Assert.Contains("these still have the old password: gone; both are kept", (await _rack.EventsAsync("credential.failed"))[^1].Text,
            StringComparison.Ordinal);

        // The other one is taken out of the rack; whatever password is given now, the one that was begun with is finished.
        await _rack.Inventory.DeleteMachineAsync("gone", null);
        steps = await RunAsync(rotation, "yet-another");
        Assert.Equal("already has the new password", Assert.Single(steps).Text);
        Assert.False(_rack.Vault.Find("bmc")!.Rotating);
        Assert.Equal(PowerState.Off, (await _rack.RunAsync(here, PowerAction.Status)).State);
        Assert.DoesNotContain("secret", string.Join('\n', (await _rack.EventsAsync()).Select(e => e.Text)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_change_that_was_cut_off_after_the_bmc_had_taken_it_is_found_out_by_trying(int polls)
    {
        await using var server = await RedfishServer.StartAsync("plain", TimeProvider.System);
        await _rack.Vault.PutAsync("bmc", RedfishServer.User, new Secret("the-old-one"), null, dryRun: false);
        var machine = await _rack.PutAsync(
            "a", new BmcSpec { Driver = BmcDriver.Redfish, Address = server.Address.Host, Port = server.Address.Port, Credential = "bmc" });
        for (var i = 0; i < polls; i++)
            await _rack.Desk.PollAsync(machine, CancellationToken.None);
        Assert.Equal(polls == 2, _rack.Desk.IsStopped(machine));
        var steps = await RunAsync(new CredentialRotation(_rack.Desk, _rack.Vault, _rack.Inventory, _rack.Events), RedfishServer.Password);
        Assert.Equal((PowerStep.Done, "accepts the new password"), (steps[^1].Step, steps[^1].Text));
        Assert.False(_rack.Vault.Find("bmc")!.Rotating);
    }

    [Fact]
    public async Task What_cannot_be_changed_from_here_is_said_before_anything_is_changed()
    {
        var rotation = new CredentialRotation(_rack.Desk, _rack.Vault, _rack.Inventory, _rack.Events);
        Assert.Equal(RefusalKind.NotFound, rotation.Mistake("bmc")!.Kind);
        await _rack.Vault.PutAsync("bmc", "admin", new Secret("x"), null, dryRun: false);
        await _rack.PutAsync("w", new BmcSpec { Driver = BmcDriver.Webhook, Url = "http://127.0.0.1:9/", Credential = "bmc" });
        Assert.Contains("w uses credential bmc for driver webhook", rotation.Mistake("bmc")!.Message, StringComparison.Ordinal);
    }

    private string PasswordOf(Machine machine) => Encoding.UTF8.GetString(_rack.Vault.For("bmc", machine.Id)!.Password.Reveal().Span);

    private Task<Machine> AddAsync(string name, System.Net.IPEndPoint address) =>
        _rack.PutAsync(
            name, new BmcSpec { Driver = BmcDriver.Ipmi, Address = address.Address.ToString(), Port = address.Port, Credential = "bmc" });

    private static async Task<List<PowerProgress>> RunAsync(CredentialRotation rotation, string password)
    {
        var steps = new List<PowerProgress>();
        await foreach (var step in rotation.Start("bmc", new Secret(password), "alice").ReadAllAsync())
            steps.Add(step);
        return steps;
    }
}
