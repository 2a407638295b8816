namespace Rackboot.Core.Power.Operations;

public enum PowerStep
{
    Waiting,
    Running,
    Done,
    Failed,

    /// <summary>Nothing says how to switch it, and it was not asked for by its name.</summary>
    Skipped,
}
