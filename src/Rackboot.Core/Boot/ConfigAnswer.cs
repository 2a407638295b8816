using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>The configuration that a request gets with the boot that it is for, or why it gets none.</summary>
public sealed record ConfigAnswer(Secret? Config, Machine? Machine, BootRecord? Boot, string? Refused);
