namespace Rackboot.Core.Machines;

/// <summary>A machine as it stands in the store; what was seen of it stands beside it.</summary>
internal sealed record StoredMachine(string Name, MachineSpec? Spec);
