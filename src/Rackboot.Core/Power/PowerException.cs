namespace Rackboot.Core.Power;

/// <summary>A power action or a call to a BMC failed. The message has the failure and the remedy, and never a secret.</summary>
public sealed class PowerException : Exception
{
    public PowerException(PowerFailure failure, string message)
        : base(message) => Failure = failure;

    public PowerException(PowerFailure failure, string message, Exception inner)
        : base(message, inner) => Failure = failure;

    public PowerFailure Failure { get; }
}
