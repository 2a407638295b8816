namespace Rackboot.Core.Console;

/// <summary>The state of the connection to a machine's console.</summary>
public enum ConsoleState
{
    /// <summary>No watcher, and no permanent log.</summary>
    Closed,
    Connecting,
    Open,

    /// <summary>Opening it failed, or it was lost; the next attempt follows after a while.</summary>
    Waiting,
}
