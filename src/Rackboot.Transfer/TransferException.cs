namespace Rackboot.Transfer;

/// <summary>A file could not be brought here. <see cref="Exception.Message"/> says what happened and what to do, for an operator.</summary>
public sealed class TransferException(TransferFailure failure, string message, Exception? inner = null) : IOException(message, inner)
{
    public TransferFailure Failure { get; } = failure;
}
