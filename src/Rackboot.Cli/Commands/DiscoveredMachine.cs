using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>Turns a discovered machine into a document that describes it.</summary>
internal static class DiscoveredMachine
{
    /// <summary><paramref name="machine"/> with its identifiers in the fields where an operator would write them, so that its document can
    /// be applied. A described machine is returned unchanged.</summary>
    public static Machine Described(Machine machine) => machine is not { Status: { State: MachineState.Discovered } seen } ? machine
        : machine with { Macs = seen.SeenMacs, Uuid = machine.Uuid ?? seen.SeenUuid };
}
