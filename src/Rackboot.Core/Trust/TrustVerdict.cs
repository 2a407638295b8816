namespace Rackboot.Core.Trust;

/// <summary>How far a request is believed, and why not further; <paramref name="Reason"/> is empty where there is no further.</summary>
public sealed record TrustVerdict(TrustLevel Level, string Reason);
