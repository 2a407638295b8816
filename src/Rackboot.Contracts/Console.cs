namespace Rackboot.Contracts;

/// <summary>How the connection to a machine's console stands.</summary>
public enum ConsoleState
{
    Closed,
    Connecting,
    Open,

    /// <summary>It could not be opened, or was lost, and is tried again after a while.</summary>
    Waiting,
}

/// <summary>How a machine's console stands.</summary>
/// <param name="Text">In words.</param>
/// <param name="Writer">Who types; none if nobody does.</param>
/// <param name="Watchers">Everybody who watches, the writer among them.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="State">How the connection stands.</param>
public sealed record ConsoleStatus(string Machine, ConsoleState State, string Text, string? Writer, IReadOnlyList<string> Watchers);

/// <summary>What the daemon says on a console's WebSocket in a text message; binary messages are what the machine wrote, byte for
/// byte.</summary>
public sealed record ConsoleMessage
{
    /// <summary>What it is about.</summary>
    public required ConsoleMessageKind Kind { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.State"/>.</summary>
    public ConsoleState? State { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.State"/> and <see cref="ConsoleMessageKind.Notice"/>: one sentence.</summary>
    public string? Text { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.Writer"/>: who types now; none if nobody does.</summary>
    public string? Writer { get; init; }

    /// <summary>Whether the writer is who gets this message.</summary>
    public bool? You { get; init; }

    /// <summary>Whether it was taken from who gets this message.</summary>
    public bool? Taken { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.Lost"/>: how many bytes are missing here.</summary>
    public long? Bytes { get; init; }
}

/// <summary>What a message is about.</summary>
public enum ConsoleMessageKind
{
    /// <summary>The connection to the machine changed.</summary>
    State,

    /// <summary>Somebody else types now.</summary>
    Writer,

    /// <summary>Output is missing, since it was read too slowly.</summary>
    Lost,

    /// <summary>Why what was typed or asked for was not done.</summary>
    Notice,
}

/// <summary>What a watcher says on a console's WebSocket in a text message; binary messages are what is typed.</summary>
/// <param name="Do">What to do.</param>
public sealed record ConsoleCommand(ConsoleRequest Do);

/// <summary>What a watcher can ask for.</summary>
public enum ConsoleRequest
{
    /// <summary>Type in place of whoever does.</summary>
    TakeOver,

    /// <summary>Send a serial break.</summary>
    Break,
}
