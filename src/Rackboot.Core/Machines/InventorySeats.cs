namespace Rackboot.Core.Machines;

public sealed partial class Inventory
{
    private Func<MachineSpec, ClusterSeat?> _seats = _ => null;

    /// <summary>Gives every machine its place in a cluster, now and whenever its document changes. Is called again when clusters
    /// change.</summary>
    public void Seat(Func<MachineSpec, ClusterSeat?> seats)
    {
        lock (_lock)
        {
            _seats = seats;
            foreach (var machine in _fleet.Machines.Where(m => m.Accepted))
                if (SeatOf(machine.Spec!) is var seat && seat != machine.Seat)
                    _fleet = _fleet.With(machine with { Seat = seat });
        }
    }

    // What the operator gave a machine of its own goes before what its cluster gives it.
    private ClusterSeat? SeatOf(MachineSpec spec) => spec is { Profile: null, Config: null } ? _seats(spec) : null;
}
