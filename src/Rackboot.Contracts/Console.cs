namespace Rackboot.Contracts;

/// <summary>The state of the connection to a machine's console.</summary>
public enum ConsoleState
{
    Closed,
    Connecting,
    Open,

    /// <summary>It could not be opened or was lost; the appliance retries after a pause.</summary>
    Waiting,
}

/// <summary>The status of a machine's console.</summary>
/// <param name="Text">The state in words.</param>
/// <param name="Writer">Who is typing; none if nobody is.</param>
/// <param name="Watchers">Everybody who is watching, the writer included.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="State">State of the connection.</param>
public sealed record ConsoleStatus(string Machine, ConsoleState State, string Text, string? Writer, IReadOnlyList<string> Watchers);

/// <summary>A text message from the daemon on a console's WebSocket. Binary messages are the machine's output, byte for
/// byte.</summary>
public sealed record ConsoleMessage
{
    /// <summary>The kind of message.</summary>
    public required ConsoleMessageKind Kind { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.State"/>.</summary>
    public ConsoleState? State { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.State"/> and <see cref="ConsoleMessageKind.Notice"/>: one sentence.</summary>
    public string? Text { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.Writer"/>: who is typing now; none if nobody is.</summary>
    public string? Writer { get; init; }

    /// <summary>Whether the receiver of this message is the writer.</summary>
    public bool? You { get; init; }

    /// <summary>Whether the receiver of this message just lost the writer role.</summary>
    public bool? Taken { get; init; }

    /// <summary>With <see cref="ConsoleMessageKind.Lost"/>: how many bytes are missing here.</summary>
    public long? Bytes { get; init; }
}

/// <summary>The kind of a message.</summary>
public enum ConsoleMessageKind
{
    /// <summary>The connection to the machine changed.</summary>
    State,

    /// <summary>Another person is typing now.</summary>
    Writer,

    /// <summary>Output is missing because the receiver read too slowly.</summary>
    Lost,

    /// <summary>Why the daemon ignored input or a request.</summary>
    Notice,
}

/// <summary>A text message to the daemon on a console's WebSocket. Binary messages are input.</summary>
/// <param name="Do">What to do.</param>
public sealed record ConsoleCommand(ConsoleRequest Do);

/// <summary>Requests of a watcher.</summary>
public enum ConsoleRequest
{
    /// <summary>Take over typing.</summary>
    TakeOver,

    /// <summary>Send a serial break.</summary>
    Break,
}
