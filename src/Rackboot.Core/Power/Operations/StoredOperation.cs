using Rackboot.Core.Machines;

namespace Rackboot.Core.Power.Operations;

/// <summary>The stored part of an operation, so that it gets a result even if the daemon stops.</summary>
/// <param name="Skip">Whether machines without a bmc are skipped.</param>
internal sealed record StoredOperation(
    string Id, PowerAction Action, BootTarget? Boot, string By, string? Firmware, DateTimeOffset Started, bool Skip,
    IReadOnlyList<StoredOperation.Target> Machines)
{
    internal sealed record Target(MachineId Id, string Name);
}
