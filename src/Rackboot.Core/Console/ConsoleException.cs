namespace Rackboot.Core.Console;

/// <summary>A console could not be opened, or did not do something. The message says what and what to try next, and never holds a secret
/// nor anything that was typed or read.</summary>
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

    /// <summary>Whether the connection goes on all the same.</summary>
    public bool LineIsGood { get; init; }
}
