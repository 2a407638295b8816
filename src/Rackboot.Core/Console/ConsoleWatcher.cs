using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rackboot.Core.Console;

/// <summary>A watcher of a machine's console, who may type while holding it. Disposing it leaves the console.</summary>
public sealed class ConsoleWatcher : IDisposable
{
    // At 115,200 baud it takes six minutes to fill this.
    private const int MostUnread = 4 << 20;

    private readonly Lock _lock = new();
    private readonly Channel<ConsoleUpdate> _updates =
        Channel.CreateUnbounded<ConsoleUpdate>(new UnboundedChannelOptions { SingleReader = true });
    private readonly MachineConsole _console;
    private int _unread;
    private long _lost;
    private string? _refused;

    internal ConsoleWatcher(MachineConsole console, string name, bool mayWrite) => (_console, Name, MayWrite) = (console, name, mayWrite);

    /// <summary>The user's name.</summary>
    public string Name { get; }

    public bool MayWrite { get; }

    /// <summary>The messages, starting with the backlog, until the console ends.</summary>
    public async IAsyncEnumerable<ConsoleUpdate> ReadAllAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var update in _updates.Reader.ReadAllAsync(cancel).ConfigureAwait(false))
        {
            if (update is ConsoleUpdate.Output output)
                lock (_lock)
                    _unread -= output.Bytes.Length;
            yield return update;
        }
    }

    /// <summary>Types, if this watcher or nobody holds the console. Otherwise the watcher gets the reason.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        _console.WriteAsync(this, (line, stop) => line.WriteAsync(bytes, stop), cancel);

    public Task SendBreakAsync(CancellationToken cancel) => _console.WriteAsync(this, (line, stop) => line.SendBreakAsync(stop), cancel);

    /// <summary>Takes over typing from another watcher, or from a user of the BMC's console outside Rackboot.</summary>
    public void TakeOver() => _console.TakeOver(this);

    public void Dispose() => _console.Leave(this);

    internal void Tell(ConsoleUpdate update)
    {
        lock (_lock)
        {
            if (update is ConsoleUpdate.Output { Bytes.Length: var length })
            {
                if (_unread + length > MostUnread)
                {
                    _lost += length;
                    return;
                }

                if (_lost > 0)
                    _updates.Writer.TryWrite(new ConsoleUpdate.Lost(_lost));
                _lost = 0;
                _unread += length;
            }
            else if (update is not ConsoleUpdate.Notice)
            {
                _refused = null;
            }

            _updates.Writer.TryWrite(update);
        }
    }

    /// <summary>Reports why input is discarded; once, and not for every key.</summary>
    internal void Refuse(string why)
    {
        lock (_lock)
        {
            if (_refused == why)
                return;
            _refused = why;
        }

        Tell(new ConsoleUpdate.Notice(why));
    }

    internal void Accepted()
    {
        lock (_lock)
            _refused = null;
    }

    internal void End(string? why)
    {
        if (why is not null)
            Tell(new ConsoleUpdate.Connection(ConsoleState.Closed, why));
        _updates.Writer.TryComplete();
    }
}
