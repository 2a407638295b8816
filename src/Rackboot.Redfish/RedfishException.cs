namespace Rackboot.Redfish;

/// <summary>A Redfish service could not be asked, or its answer cannot be used. The message says what and what to try next, and never holds
/// a secret.</summary>
public sealed class RedfishException : Exception
{
    public RedfishException(RedfishFailure failure, string message)
        : base(message) => Failure = failure;

    public RedfishException(RedfishFailure failure, string message, Exception inner)
        : base(message, inner) => Failure = failure;

    public RedfishFailure Failure { get; }
}
