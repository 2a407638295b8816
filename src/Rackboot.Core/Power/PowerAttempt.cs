namespace Rackboot.Core.Power;

/// <summary>What was last done to a machine's power, and how it ended.</summary>
/// <param name="Failure">Why it failed; null if it did not.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Ended">The monotonic time at which it ended.</param>
public sealed record PowerAttempt(PowerRequest Request, PowerFailure? Failure, string Text, long Ended);
