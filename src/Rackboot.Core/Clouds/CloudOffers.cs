using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>The offers of one provider.</summary>
/// <param name="Version">Of the provider's document that they were asked for with.</param>
/// <param name="At">When they were read; null if they never were.</param>
/// <param name="Problem">Why they could not be read anew.</param>
public sealed record CloudOffers(CloudProvider Provider, long Version, IReadOnlyList<CloudOffer> Items, DateTimeOffset? At,
    string? Problem);
