namespace Rackboot.Core.Console;

/// <summary>How the connection to a machine's console stands.</summary>
public enum ConsoleState
{
    /// <summary>Nobody watches, and no log is kept all the time.</summary>
    Closed,
    Connecting,
    Open,

    /// <summary>It could not be opened, or was lost, and is tried again after a while.</summary>
    Waiting,
}
