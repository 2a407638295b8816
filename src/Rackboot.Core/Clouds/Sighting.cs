using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>What a look at the provider showed of one placement.</summary>
/// <param name="At">When the look began.</param>
/// <param name="Server">The server with its id or mark; null if there is none.</param>
public sealed record Sighting(DateTimeOffset At, CloudServer? Server);
