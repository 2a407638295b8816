namespace Rackboot.Core.Machines;

/// <summary>A machine's document to store. A matching discovered machine becomes this one.</summary>
/// <param name="Config">Its machine configuration; null keeps the stored one as <paramref name="Spec"/> says.</param>
/// <param name="Expected">The version that the operator saw; 0 if there should be none, null if it does not matter.</param>
public sealed record MachinePut(string Name, MachineSpec Spec, Secret? Config, long? Expected = null);
