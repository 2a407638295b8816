namespace Rackboot.Core.Trust;

/// <summary>The trust in a request, and why it is not higher; <paramref name="Reason"/> is empty at the highest level.</summary>
public sealed record TrustVerdict(TrustLevel Level, string Reason);
