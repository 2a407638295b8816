using Rackboot.Cloud;

namespace Rackboot.Core.Clouds;

/// <summary>That a machine may be bought, once, for this price at most.</summary>
/// <param name="Hourly">Null: whatever it costs, since the provider tells no prices.</param>
public sealed record Approval(string By, DateTimeOffset At, Money? Hourly, Money? Setup);
