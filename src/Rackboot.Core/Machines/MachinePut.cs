namespace Rackboot.Core.Machines;

/// <summary>What the operator says of a machine, to be stored. A discovered one that fits becomes it.</summary>
/// <param name="Config">Its machine configuration; null keeps the stored one as <paramref name="Spec"/> says.</param>
/// <param name="Expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
public sealed record MachinePut(string Name, MachineSpec Spec, Secret? Config, long? Expected = null);
