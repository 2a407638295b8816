using Rackboot.Core.Machines;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

/// <summary>What holds of the inventory whatever machines show and operators do: cards that move, UUIDs that boards share, descriptions
/// that come and go.</summary>
public sealed class FleetPropertyTests
{
    private const int Cards = 8;

    private static readonly Guid[] Uuids = [.. Enumerable.Range(1, 4).Select(i => new Guid(i, (short)i, 7, 1, 2, 3, 4, 5, 6, 7, 8)),
        Guid.Parse("03000200-0400-0500-0006-000700080009")];
    private static readonly string[] Serials = ["S-1", "S-2", "To be filled by O.E.M."];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Cards_are_in_one_machine_machines_do_not_multiply_and_a_restart_changes_nothing(int seed)
    {
        await using var rack = Rack.Start();
        var random = new Random(seed);
        for (var step = 0; step < 1500; step++)
        {
            rack.Clock.Pass(random.Next(90));
            if (step % 250 == 249)
                await rack.RestartAsync(); // what is changed from here on lies over what the store held
            if (random.Next(10) == 0)
                await rack.Inventory.DeleteMachineAsync(Name(random), null);
            else if (random.Next(10) == 0)
                await rack.Inventory.PutMachineAsync(Name(random), Spec(random), null, null, dryRun: false);
            else
                Observe(rack, random);
            Check(rack.Inventory.Fleet);
        }

        var before = Shown(rack);
        await rack.RestartAsync();
        Assert.Equal(before, Shown(rack));
        foreach (var machine in rack.Inventory.Fleet.Machines.ToList())
            Assert.Null(await rack.Inventory.DeleteMachineAsync(machine.Name, null));
        Assert.All(Enumerable.Range(0, Cards), i => Assert.Null(
            rack.Inventory.Fleet.Find(new MachineIdentity { Mac = Rack.Mac(i), Uuid = Uuids[i % 4], Serial = Serials[i % 2] })));
    }

    private static void Observe(Rack rack, Random random)
    {
        var identity = new MachineIdentity
        {
            Mac = Rack.Mac(random.Next(Cards)),
            Uuid = random.Next(3) == 0 ? null : Either(random, Uuids[random.Next(Uuids.Length)]),
            Serial = random.Next(2) == 0 ? null : Serials[random.Next(Serials.Length)],
        };
        var machine = rack.Inventory.Observe(identity);
        if (machine.IsPending(identity.Mac))
        {
            // It shows what a machine is known by, and is no card of it.
            Assert.DoesNotContain(identity.Mac, machine.Macs);
            Assert.Same(machine, rack.Inventory.Fleet[machine.Id]);
            return;
        }

        Assert.Contains(identity.Mac, machine.Observed.Macs);
        Assert.Same(rack.Inventory.Fleet[machine.Id], rack.Inventory.Fleet.Find(identity));
        Assert.Equal(machine.Id, rack.Inventory.Observe(identity).Id);
        Assert.Equal(machine.Id, rack.Inventory.Observe(identity with { Uuid = Uuids[^1], Serial = null }).Id); // by its card alone
    }

    private static void Check(Fleet fleet)
    {
        var machines = fleet.Machines.ToList();
        Assert.Equal(machines.Count, fleet.Count);
        Assert.InRange(machines.Count, 0, Cards + Uuids.Length + Serials.Length + 4);
        Assert.All(machines, m => Assert.Same(m, fleet.Named(m.Name)));
        Assert.Equal(machines.OrderBy(m => m.Name, StringComparer.Ordinal), fleet.InOrder());
        foreach (var rack in (string[])["r1", "r2"])
            Assert.Equal(
                fleet.InOrder().Where(m => m.Spec?.Labels.GetValueOrDefault("rack") == rack), fleet.InOrder(labels: [$"rack={rack}"]));
        Assert.Equal(fleet.InOrder().Where(m => m.Spec?.Labels.ContainsKey("rack") is true), fleet.InOrder(labels: ["rack=r1", "rack=r2"]));
        Assert.Equal(fleet.InOrder(labels: ["rack=r1", "rack=r2"]), fleet.InOrder(labels: ["rack"]));
        var seen = machines.SelectMany(m => m.Observed.Macs).ToList();
        Assert.Equal(seen.Distinct().Count(), seen.Count);
        foreach (var machine in machines.Where(m => m.Accepted))
            foreach (var mac in machine.Spec!.Macs)
                Assert.Same(machine, fleet.Find(new MachineIdentity { Mac = mac, Uuid = Uuids[0], Serial = Serials[0] }));
    }

    private static MachineSpec Spec(Random random) => new()
    {
        Macs = [.. Enumerable.Range(0, Cards).Where(_ => random.Next(4) == 0).Select(Rack.Mac)],
        Uuid = random.Next(2) == 0 ? null : Either(random, Uuids[random.Next(4)]),
        Serial = random.Next(3) == 0 ? Serials[random.Next(2)] : null,
        Labels = random.Next(3) == 0
            ? new Dictionary<string, string>()
            : new Dictionary<string, string> { ["rack"] = $"r{random.Next(1, 3)}" },
    };

    private static Guid Either(Random random, Guid uuid) => random.Next(2) == 0 ? uuid : SystemUuid.Swap(uuid);

    private static string Name(Random random) => $"node-{random.Next(4)}";

    private static List<string> Shown(Rack rack) =>
        [.. rack.Inventory.Fleet.Machines.OrderBy(m => m.Id.Value, StringComparer.Ordinal)
            .Select(m => $"{m.Id} {m.Name} {m.Version} {string.Join(',', m.Spec?.Macs ?? [])} {m.Spec?.Uuid} "
                + $"{string.Join(',', m.Observed.Macs)} {m.Observed.Uuid} {m.Observed.Serial}")];
}
