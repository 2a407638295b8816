namespace Rackboot.Talos.Api;

/// <summary>What a watch reports.</summary>
public enum ResourceChange
{
    Created = 0,
    Updated = 1,
    Destroyed = 2,

    /// <summary>All resources that existed at the start have been reported.</summary>
    Bootstrapped = 3,
}
