namespace Rackboot.Core.Power;

/// <summary>How a machine's BMC behaves.</summary>
/// <param name="Endpoint">What it is reached by, <c>ipmi 10.30.0.21</c>.</param>
/// <param name="Credential">The credential that its machine names; null if none.</param>
/// <param name="IsStopped">It refused the login twice, and nothing is tried any more.</param>
/// <param name="IsSilent">It does not answer any more.</param>
public sealed record BmcStanding(string Endpoint, string? Credential, bool IsStopped, bool IsSilent);
