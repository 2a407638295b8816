using Rackboot.Lab.Machines;
using Rackboot.Lab.Storm.Faults;

namespace Rackboot.Lab.Storm;

/// <summary>What a storm is like.</summary>
internal sealed record StormPlan
{
    public required string Name { get; init; }

    public required string StateDirectory { get; init; }

    public required string Programs { get; init; }

    public required int Machines { get; init; }

    public Arrival Arrival { get; init; }

    /// <summary>Between two racks.</summary>
    public TimeSpan RackInterval { get; init; } = TimeSpan.FromSeconds(2);

    public FaultShares Faults { get; init; } = FaultShares.None;

    /// <summary>Of kernel and initramfs together.</summary>
    public int Megabytes { get; init; } = 16;

    public int Seed { get; init; } = 1;

    /// <summary>When to give up waiting for machines.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long all machines are to boot again and again; zero: once.</summary>
    public TimeSpan Soak { get; init; }

    /// <summary>The machines: a third of each firmware, each with its fault.</summary>
    public IReadOnlyList<StormMachine> Build()
    {
        var faults = Faults.Deal(Machines, Seed);
        return [.. Enumerable.Range(0, Machines).Select(number => new StormMachine
        {
            Number = number,
            Firmware = (MachineFirmware)(number % 3),
            Fault = faults[number],
            Uuid = StormMachine.UuidOf(faults[number] == MachineFault.Clone ? Twin(faults, number) : number),
        })];
    }

    // A clone says the UUID of the next healthy machine.
    private static int Twin(IReadOnlyList<MachineFault> faults, int clone)
    {
        for (var i = 1; i < faults.Count; i++)
            if (faults[(clone + i) % faults.Count] == MachineFault.None)
                return (clone + i) % faults.Count;
        return clone;
    }
}
