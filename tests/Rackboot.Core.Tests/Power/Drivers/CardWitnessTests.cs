using System.Text;
using Rackboot.Core.Machines;
using Rackboot.Core.Power;
using Rackboot.Core.Power.Bmc;
using Rackboot.Core.Tests.Support;
using Rackboot.Core.Trust;
using Rackboot.Redfish.Tests.Server;

namespace Rackboot.Core.Tests.Power.Drivers;

/// <summary>A machine's own BMC, over Redfish, says which cards are in the machine.</summary>
public sealed class CardWitnessTests : IAsyncDisposable
{
    // Of Trees/plain.json; the third is in no machine.
    private static readonly MacAddress First =
        Rack.Mac("02:52:42:00:00:01"), Second = Rack.Mac("02:52:42:00:00:02"), Foreign = Rack.Mac("02:52:42:00:00:03");
    private static readonly Guid Uuid = Guid.Parse("6d1c9f10-11a1-4b4c-8f5e-000000000001");

    private readonly PowerRack _rack = new(real: true);

    public ValueTask DisposeAsync() => _rack.DisposeAsync();

    [Fact]
    public async Task A_pending_card_that_the_machine_s_bmc_lists_is_accepted_with_that_evidence_and_another_is_not()
    {
        await using var server = await RedfishServer.StartAsync("plain", TimeProvider.System);
        await AddAsync(server, RedfishServer.Password);
        var witness = new CardWitness(_rack.Inventory, _rack.Desk, TimeProvider.System);
        Show(Second);
        Show(Foreign);
        await witness.LookAsync(CancellationToken.None);

        var machine = _rack.Inventory.Fleet.Named("a")!;
        var accepted = Assert.Single(machine.Spec!.Accepted);
        Assert.Equal((Second, $"its BMC, {machine.Spec.Bmc!.Endpoint}, which lists it"), (accepted.Mac, accepted.By));
        Assert.Equal([Foreign], _rack.Inventory.Pending.Of(machine.Id).Select(c => c.Mac));
        Assert.Contains("which lists it", Assert.Single(await _rack.EventsAsync("machine.card.accepted")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bmc_is_asked_once_for_the_cards_that_it_does_not_list_however_often_somebody_looks()
    {
        await using var server = await RedfishServer.StartAsync("plain", TimeProvider.System);
        await AddAsync(server, RedfishServer.Password);
        var witness = new CardWitness(_rack.Inventory, _rack.Desk, TimeProvider.System);
        Show(Foreign);
        await witness.LookAsync(CancellationToken.None);
        var asked = server.Seen.Count;
        for (var i = 0; i < 5; i++)
            await witness.LookAsync(CancellationToken.None);
        Assert.Equal(asked, server.Seen.Count);
    }

    [Fact]
    public async Task A_bmc_that_does_not_answer_accepts_nothing()
    {
        await using var server = await RedfishServer.StartAsync("plain", TimeProvider.System);
        await AddAsync(server, "wrong");
        Show(Second);
        await new CardWitness(_rack.Inventory, _rack.Desk, TimeProvider.System).LookAsync(CancellationToken.None);
        Assert.Empty(_rack.Inventory.Fleet.Named("a")!.Spec!.Accepted);
    }

    private void Show(MacAddress card) => _rack.Inventory.Meet(new MachineIdentity { Mac = card, Uuid = Uuid });

    private async Task AddAsync(RedfishServer server, string password)
    {
        await _rack.Vault.PutAsync("bmc", RedfishServer.User, new Secret(Encoding.UTF8.GetBytes(password)), null, dryRun: false);
        var bmc = new BmcSpec { Driver = BmcDriver.Redfish, Address = server.Address.Host, Port = server.Address.Port, Credential = "bmc" };
        var spec = new MachineSpec { Macs = [First], Uuid = Uuid, Bmc = bmc };
        Assert.Null((await _rack.Inventory.PutMachineAsync("a", spec, null, null, dryRun: false)).Refusal);
    }
}
