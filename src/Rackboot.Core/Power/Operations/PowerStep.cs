namespace Rackboot.Core.Power.Operations;

public enum PowerStep
{
    Waiting,
    Running,
    Done,
    Failed,

    /// <summary>It has no bmc, and the request did not name it.</summary>
    Skipped,
}
