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

    private static Machine Machine(string name, int number) => new() { Id = new MachineId($"id-{number}"), Name = name, Observed = Seen };
}
