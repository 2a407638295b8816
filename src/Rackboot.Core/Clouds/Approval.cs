using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>Approval of one purchase of a machine, up to this price.</summary>
/// <param name="Hourly">Null: at any price, because the provider publishes none.</param>
public sealed record Approval(string By, DateTimeOffset At, Money? Hourly, Money? Setup);
