using Rackboot.Core.Machines;

namespace Rackboot.Core.Boot;

/// <summary>The configuration for a request with its boot, or why there is none.</summary>
public sealed record ConfigAnswer(Secret? Config, Machine? Machine, BootRecord? Boot, string? Refused);
