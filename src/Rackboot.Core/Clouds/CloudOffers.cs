using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>The offers of one provider.</summary>
/// <param name="Version">The version of the provider's document.</param>
/// <param name="At">When they were read; null if they never were.</param>
/// <param name="Problem">Why reading them again failed.</param>
public sealed record CloudOffers(CloudProvider Provider, long Version, IReadOnlyList<CloudOffer> Items, DateTimeOffset? At,
    string? Problem);
