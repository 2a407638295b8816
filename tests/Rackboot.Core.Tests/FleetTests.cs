using System.Net;
using Rackboot.Core.Machines;
using Rackboot.Core.Tests.Support;

namespace Rackboot.Core.Tests;

public sealed class FleetTests
{
    private static readonly MachineObservation Seen = new() { FirstSeen = DateTimeOffset.UnixEpoch, LastSeen = DateTimeOffset.UnixEpoch };

    [Fact]
    public void What_is_merely_seen_is_no_change_of_what_is_described()
    {
        var described = Machine("node", 1) with { Spec = new MachineSpec { Macs = [Rack.Mac(1)] } };
        var fleet = Fleet.Empty.With(described);
        var before = fleet.Described;
        fleet = fleet.WithObservation(described, Seen with { LastSeen = DateTimeOffset.UnixEpoch.AddDays(1) });
        fleet = fleet.WithObservation(fleet[described.Id]!, Seen with { Macs = [Rack.Mac(1), Rack.Mac(2)], Serial = "S-1" });
        fleet = fleet.With(Machine("discovered", 3)).Without(Machine("discovered", 3).Id);
        Assert.Same(before, fleet.Described);

        var changed = fleet.Without(described.Id).With(described with { Spec = new MachineSpec { Macs = [Rack.Mac(4)] } });
        Assert.NotSame(before, changed.Described);
        Assert.NotSame(before, fleet.Without(described.Id).Described);
        Assert.NotSame(before, fleet.With(Machine("other", 5) with { Spec = new MachineSpec() }).Described);
    }

    [Fact]
    public void A_fleet_that_is_made_at_once_is_the_one_that_grew()
    {
        var machines = Enumerable.Range(0, 60).Select(i => Machine($"node-{i * 7 % 60:00}", i) with
        {
            Spec = i % 3 == 0 ? null : new MachineSpec
            {
                Macs = [Rack.Mac(i)], Uuid = Uuid(i), Address = IPAddress.Parse(i % 2 == 0 ? $"10.0.0.{i}" : $"fd00::{i:x}"),
                Labels = new Dictionary<string, string> { ["rack"] = $"r{i % 4}" },
            },
            Observed = Seen with { Macs = [Rack.Mac(100 + i)], Uuid = Uuid(i / 2), Serial = $"S-{i / 3}" },
        }).ToList();
        var (grown, made) = (machines.Aggregate(Fleet.Empty, (fleet, machine) => fleet.With(machine)), Fleet.Of(machines));
        Assert.Equal(grown.InOrder(), made.InOrder());
        Assert.Equal(grown.InOrder("node-30", labels: ["rack=r1", "rack=r2"]), made.InOrder("node-30", labels: ["rack=r1", "rack=r2"]));
        Assert.Equal(grown.InOrder(labels: [Fleet.Discovered]), made.InOrder(labels: [Fleet.Discovered]));
        for (var i = 0; i < 60; i++)
        {
            var identity = new MachineIdentity { Mac = Rack.Mac(100 + i), Uuid = Uuid(i), Serial = $"S-{i}" };
            Assert.Same(grown.Find(identity), made.Find(identity));
            Assert.Same(grown.Named($"node-{i:00}"), made.Named($"node-{i:00}"));
            Assert.Equal(machines[i].Spec is not null ? machines[i] : null,
                made.WithReservedAddress(machines[i].Spec?.Address ?? IPAddress.Any));
            Assert.Equal(grown.SharingUuid(machines[i]).Count(), made.SharingUuid(machines[i]).Count());
        }

        Assert.Equal(0, machines.Aggregate(made, (fleet, machine) => fleet.Without(machine.Id)).Count);
    }

    [Fact]
    public void What_a_machine_claims_is_said_in_words()
    {
        var spec = new MachineSpec { Macs = [Rack.Mac(1)], Uuid = Uuid(1), Serial = "S-1", Address = IPAddress.Parse("10.0.0.7") };
        Assert.Equal(
            [$"mac:{Rack.Mac(1)}", $"uuid:{SystemUuid.Canonical(Uuid(1))}", "serial:S-1", "address:10.0.0.7"], Fleet.Claims(spec));
        var taken = Fleet.Empty.With(Machine("node", 1) with { Spec = spec });
        Assert.Equal("serial:S-1", taken.Conflict(new MachineSpec { Serial = "S-1" }, new MachineId("id-2"))!.Value.Claim);
    }

    private static Guid Uuid(int number) => new(number + 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);

    private static Machine Machine(string name, int number) => new() { Id = new MachineId($"id-{number}"), Name = name, Observed = Seen };
}
