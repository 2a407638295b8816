namespace Rackboot.Talos.Api;

/// <summary>A call of the Talos API failed. The message says where, what and why, and never contains a secret.</summary>
public sealed class TalosApiException : Exception
{
    public TalosApiException(TalosFailure failure, string message, GrpcCode? code = null, Exception? inner = null)
        : base(message, inner) => (Failure, Code) = (failure, code);

    public TalosFailure Failure { get; }

    /// <summary>The status in the node's answer; null without an answer.</summary>
    public GrpcCode? Code { get; }
}
