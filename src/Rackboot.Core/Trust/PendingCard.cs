using Rackboot.Core.Machines;

namespace Rackboot.Core.Trust;

/// <summary>A network card that showed a described machine's UUID or serial number, and is not one that the operator named. It earns
/// nothing.</summary>
/// <param name="Shows">What it showed.</param>
public sealed record PendingCard(MacAddress Mac, DateTimeOffset Seen, string Shows);
