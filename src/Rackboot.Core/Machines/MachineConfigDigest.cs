namespace Rackboot.Core.Machines;

/// <summary>Which machine configuration is stored, without the configuration.</summary>
public sealed record MachineConfigDigest(string Sha256, long Bytes);
