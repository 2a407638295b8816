namespace Rackboot.Core.Power.Operations;

/// <summary>How far an operation came on one machine, as it is on disk: that it began, and how it ended.</summary>
internal sealed record StoredStep(DateTimeOffset Time, PowerProgress Progress);
