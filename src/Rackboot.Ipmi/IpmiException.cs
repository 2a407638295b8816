namespace Rackboot.Ipmi;

/// <summary>A BMC could not be asked, or its answer cannot be used. The message says what and what to try next, and never holds a
/// secret.</summary>
public sealed class IpmiException : Exception
{
    public IpmiException(IpmiFailure failure, string message)
        : base(message) => Failure = failure;

    public IpmiException(IpmiFailure failure, string message, Exception inner)
        : base(message, inner) => Failure = failure;

    public IpmiFailure Failure { get; }

    /// <summary>The completion code of a command that was refused (IPMI 2.0 §5.2); null for every other failure.</summary>
    public byte? CompletionCode { get; init; }

    /// <summary>Whether the BMC does not have this command at all, so that asking again is of no use.</summary>
    public bool IsUnsupported => CompletionCode is 0xC1 or 0xC2;
}
