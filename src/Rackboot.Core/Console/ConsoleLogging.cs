namespace Rackboot.Core.Console;

/// <summary>When what a machine writes to its console goes to a log on disk.</summary>
public enum ConsoleLogging
{
    Off,

    /// <summary>While somebody watches.</summary>
    Watched,

    /// <summary>All the time: the consoles of all machines that have one are kept open.</summary>
    Always,
}
