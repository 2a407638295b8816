namespace Rackboot.Core.Console;

/// <summary>When console output is logged to disk.</summary>
public enum ConsoleLogging
{
    Off,

    /// <summary>While a console has a watcher.</summary>
    Watched,

    /// <summary>All the time: keeps the consoles of all machines open.</summary>
    Always,
}
