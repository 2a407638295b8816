namespace Rackboot.Talos.Api;

/// <summary>A call of the Talos API failed. The message says where, what and why, and never holds a secret.</summary>
public sealed class TalosApiException : Exception
{
    public TalosApiException(TalosFailure failure, string message, GrpcCode? code = null, Exception? inner = null)
        : base(message, inner) => (Failure, Code) = (failure, code);

    public TalosFailure Failure { get; }

    /// <summary>The status that the node answered; null if it did not.</summary>
    public GrpcCode? Code { get; }
}
