namespace Rackboot.Ipmi;

/// <summary>A BMC could not be asked, or its answer cannot be used. The message says what and what to try next, and never holds a secret.</summary>
public sealed class IpmiException : Exception
{
    public IpmiException(IpmiFailure failure, string message)
        : base(message) => Failure = failure;

    public IpmiException(IpmiFailure failure, string message, Exception inner)
        : base(message, inner) => Failure = failure;

    public IpmiFailure Failure { get; }
}
