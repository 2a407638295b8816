namespace Rackboot.Core.Console;

/// <summary>What a watcher of a console is told.</summary>
public abstract record ConsoleUpdate
{
    private ConsoleUpdate()
    {
    }

    /// <summary>What the machine wrote, every byte of it.</summary>
    public sealed record Output(ReadOnlyMemory<byte> Bytes) : ConsoleUpdate;

    /// <summary>Bytes that are missing here, since the watcher read too slowly.</summary>
    public sealed record Lost(long Bytes) : ConsoleUpdate;

    /// <summary>The connection changed.</summary>
    /// <param name="Text">In words: why it was lost, and when it is tried again.</param>
    public sealed record Connection(ConsoleState State, string Text) : ConsoleUpdate;

    /// <summary>Who types now.</summary>
    /// <param name="Name">None if nobody does.</param>
    /// <param name="You">Whether that is the watcher who is told.</param>
    /// <param name="Taken">Whether it was taken from the watcher who is told.</param>
    public sealed record Writer(string? Name, bool You, bool Taken) : ConsoleUpdate;

    /// <summary>Why something that the watcher asked for was not done.</summary>
    public sealed record Notice(string Text) : ConsoleUpdate;
}
