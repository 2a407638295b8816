namespace Rackboot.Core.Console;

/// <summary>An open connection to a machine's serial console: one reader, any number of writers. Every call may throw
/// <see cref="ConsoleException"/>.</summary>
public interface IConsoleLine : IAsyncDisposable
{
    /// <summary>Reads the machine's output, waiting for at least one byte; 0 when the other side has closed the console.</summary>
    ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancel);

    /// <summary>Types; completes when the other side has accepted everything.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel);

    ValueTask SendBreakAsync(CancellationToken cancel);
}
