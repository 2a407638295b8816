namespace Rackboot.Core.Clusters;

/// <summary>A node refused a request, or did not answer it.</summary>
/// <param name="message">Its message, without secrets.</param>
/// <param name="permanent">Repeating the request without a change fails again.</param>
public sealed class ClusterNodeException(string message, bool permanent = false, Exception? inner = null) : Exception(message, inner)
{
    public bool Permanent { get; } = permanent;
}
