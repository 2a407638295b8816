namespace Rackboot.Cloud;

/// <summary>How a server is, over all providers.</summary>
public enum CloudState
{
    /// <summary>The provider says something that is not known here.</summary>
    Unknown,
    Ordered,
    Provisioning,
    Running,
    Stopped,

    /// <summary>Between two of the others.</summary>
    Changing,
    Rescue,
    Failed,
    Releasing,
    Gone,

    /// <summary>The provider locked it: a person has to act.</summary>
    Blocked,
}
