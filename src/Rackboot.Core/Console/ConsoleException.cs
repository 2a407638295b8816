namespace Rackboot.Core.Console;

/// <summary>Opening a console, or an action on it, failed. The message has the failure and the remedy, and never a secret
/// or typed or received text.</summary>
public sealed class ConsoleException : Exception
{
    public ConsoleException(string message)
        : base(message)
    {
    }

    public ConsoleException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Whether the connection continues.</summary>
    public bool LineIsGood { get; init; }
}
