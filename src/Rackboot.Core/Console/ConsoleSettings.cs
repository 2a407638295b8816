namespace Rackboot.Core.Console;

/// <summary>How consoles are logged.</summary>
public sealed record ConsoleSettings
{
    public ConsoleLogging Log { get; init; } = ConsoleLogging.Watched;

    /// <summary>In bytes; a machine has at most <see cref="Files"/> files of this size.</summary>
    public long FileSize { get; init; } = 4 << 20;

    public int Files { get; init; } = 5;

    /// <summary>Whether each line in the log begins with its time.</summary>
    public bool Timestamps { get; init; }
}
