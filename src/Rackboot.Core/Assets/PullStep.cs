namespace Rackboot.Core.Assets;

public enum PullStep
{
    /// <summary>The server has not started to answer; it may be building the file.</summary>
    Waiting,
    Running,
    Done,
    Failed,
}
