namespace Rackboot.Core.Boot;

public enum BootOutcome
{
    Running,

    /// <summary>The machine waits at the network stage for an operator.</summary>
    Waiting,

    /// <summary>It was told to boot from its disk.</summary>
    Disk,

    /// <summary>It booted and reported.</summary>
    Succeeded,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>No progress for longer than its stage allows.</summary>
    Stalled,

    /// <summary>The machine began another boot before this one ended.</summary>
    Superseded,
}
