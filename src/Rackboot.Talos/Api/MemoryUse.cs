namespace Rackboot.Talos.Api;

/// <summary>A node's memory, in KiB.</summary>
public sealed record MemoryUse(ulong Total, ulong Free, ulong Available);
