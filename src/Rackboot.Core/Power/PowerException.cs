namespace Rackboot.Core.Power;

/// <summary>A machine could not be switched or asked. The message says what and what to try next, and never holds a secret.</summary>
public sealed class PowerException : Exception
{
    public PowerException(PowerFailure failure, string message)
        : base(message) => Failure = failure;

    public PowerException(PowerFailure failure, string message, Exception inner)
        : base(message, inner) => Failure = failure;

    public PowerFailure Failure { get; }
}
