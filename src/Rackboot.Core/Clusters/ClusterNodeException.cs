namespace Rackboot.Core.Clusters;

/// <summary>A node did not do what it was asked.</summary>
/// <param name="message">What it said, without secrets.</param>
/// <param name="permanent">Asking again without a change comes to the same.</param>
public sealed class ClusterNodeException(string message, bool permanent = false, Exception? inner = null) : Exception(message, inner)
{
    public bool Permanent { get; } = permanent;
}
