namespace Rackboot.Core.Boot;

/// <summary>What an accepted machine without a profile does.</summary>
public enum IdleMachines
{
    /// <summary>It waits at the network stage and asks again.</summary>
    Wait,

    /// <summary>It boots its disk.</summary>
    Disk,
}
