using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>What a machine would cost.</summary>
/// <param name="Hourly">Null: the provider tells no prices.</param>
public sealed record Quote(Money? Hourly, Money? Monthly, Money? Setup, CloudStock Stock, DateTimeOffset At);
