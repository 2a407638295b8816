namespace Rackboot.Core.Assets;

public enum PullStep
{
    /// <summary>The server has not begun to answer; it may be building the file.</summary>
    Waiting,
    Running,
    Done,
    Failed,
}
