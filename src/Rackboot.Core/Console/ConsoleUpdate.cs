namespace Rackboot.Core.Console;

/// <summary>A message to a watcher of a console.</summary>
public abstract record ConsoleUpdate
{
    private ConsoleUpdate()
    {
    }

    /// <summary>Output of the machine, byte for byte.</summary>
    public sealed record Output(ReadOnlyMemory<byte> Bytes) : ConsoleUpdate;

    /// <summary>Bytes missing here, because the watcher read too slowly.</summary>
    public sealed record Lost(long Bytes) : ConsoleUpdate;

    /// <summary>The connection changed.</summary>
    /// <param name="Text">In words: why it was lost, and when the next attempt follows.</param>
    public sealed record Connection(ConsoleState State, string Text) : ConsoleUpdate;

    /// <summary>Who types now.</summary>
    /// <param name="Name">Null if nobody does.</param>
    /// <param name="You">Whether that is the receiving watcher.</param>
    /// <param name="Taken">Whether it was taken from the receiving watcher.</param>
    public sealed record Writer(string? Name, bool You, bool Taken) : ConsoleUpdate;

    /// <summary>Why a request of the watcher failed.</summary>
    public sealed record Notice(string Text) : ConsoleUpdate;
}
