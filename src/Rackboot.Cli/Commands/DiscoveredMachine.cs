using Rackboot.Contracts;

namespace Rackboot.Cli.Commands;

/// <summary>A machine that was only discovered, as a document that describes it.</summary>
internal static class DiscoveredMachine
{
    /// <summary><paramref name="machine"/> with what it is recognised by where an operator would write it, so that its document can be
    /// applied. A machine that is
    /// described stays as it is.</summary>
    public static Machine Described(Machine machine) => machine is not { Status: { State: MachineState.Discovered } seen } ? machine
        : machine with { Macs = seen.SeenMacs, Uuid = machine.Uuid ?? seen.SeenUuid };
}
