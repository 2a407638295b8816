using Rackboot.Core.Machines;

namespace Rackboot.Core.Power.Operations;

/// <summary>What is on disk of an operation, so that a stop of the daemon does not leave it without an end.</summary>
/// <param name="Skip">Whether a machine that nothing says how to switch is passed over.</param>
internal sealed record StoredOperation(
    string Id, PowerAction Action, BootTarget? Boot, string By, string? Firmware, DateTimeOffset Started, bool Skip,
    IReadOnlyList<StoredOperation.Target> Machines)
{
    internal sealed record Target(MachineId Id, string Name);
}
