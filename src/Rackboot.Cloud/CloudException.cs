namespace Rackboot.Cloud;

/// <summary>The provider did not do what was asked, or nobody knows whether it did. The message says what and what to do, and never holds a
/// secret.</summary>
public sealed class CloudException(CloudFailure failure, string message, Exception? inner = null) : Exception(message, inner)
{
    public CloudFailure Failure { get; } = failure;

    /// <summary>When the provider wants to be asked again; null if it did not say.</summary>
    public TimeSpan? After { get; init; }

    /// <summary>Whether a request that changes something may have been carried out although it failed.</summary>
    public bool MayHaveHappened => Failure is CloudFailure.NoAnswer or CloudFailure.Broken or CloudFailure.BadAnswer;
}
