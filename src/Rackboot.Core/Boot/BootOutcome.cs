namespace Rackboot.Core.Boot;

public enum BootOutcome
{
    Running,

    /// <summary>The machine waits at the network stage for an operator.</summary>
    Waiting,

    /// <summary>It was sent to its disk.</summary>
    Disk,

    /// <summary>It booted and reported.</summary>
    Succeeded,

    /// <summary>It cannot go on.</summary>
    Failed,

    /// <summary>Nothing was heard for longer than its stage allows.</summary>
    Stalled,

    /// <summary>The machine started anew before this boot ended.</summary>
    Superseded,
}
