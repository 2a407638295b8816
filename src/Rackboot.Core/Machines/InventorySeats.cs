using Rackboot.Core.Profiles;

namespace Rackboot.Core.Machines;

public sealed partial class Inventory
{
    private Func<MachineSpec, ClusterSeat?> _seats = _ => null;

    /// <summary>Assigns every machine its seat in a cluster, now and whenever its document changes. Called again when clusters
    /// change.</summary>
    public void Seat(Func<MachineSpec, ClusterSeat?> seats)
    {
        lock (_lock)
            _seats = seats;
        SeatAgain();
    }

    // Seats and Omni parameters, after clusters or profiles changed.
    private void SeatAgain()
    {
        lock (_lock)
        {
            var seated = new List<Machine>();
            foreach (var machine in _fleet.Machines)
                if (machine.Spec is { } spec && (SeatOf(spec), OmniOf(spec)) is var (seat, omni)
                    && (seat != machine.Seat || omni != machine.Omni))
                    seated.Add(machine with { Seat = seat, Omni = omni });
            _fleet = _fleet.Seated(seated);
        }
    }

    // A machine with a configuration of its own runs that, and Omni has no part in it.
    private OmniJoin? OmniOf(MachineSpec spec) =>
        spec is { Profile: { } name, Config: null } ? _profiles.GetValueOrDefault(name)?.Omni : null;

    // The machine's own document takes precedence over its cluster.
    private ClusterSeat? SeatOf(MachineSpec spec) => spec is { Profile: null, Config: null } ? _seats(spec) : null;
}
