using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>The price of a machine.</summary>
/// <param name="Hourly">Null: the provider publishes no prices.</param>
public sealed record Quote(Money? Hourly, Money? Monthly, Money? Setup, CloudStock Stock, DateTimeOffset At);
