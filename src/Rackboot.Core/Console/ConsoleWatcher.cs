using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rackboot.Core.Console;

/// <summary>Somebody who watches a machine's console, and may type into it while it is theirs. Disposing it leaves the console.</summary>
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

    /// <summary>Who it is.</summary>
    public string Name { get; }

    public bool MayWrite { get; }

    /// <summary>What is told, from the backlog on, until the console ends.</summary>
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

    /// <summary>Types, if the console is this watcher's to type into, or nobody's. Else the watcher is told why not.</summary>
    public Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel) =>
        _console.WriteAsync(this, (line, stop) => line.WriteAsync(bytes, stop), cancel);

    public Task SendBreakAsync(CancellationToken cancel) => _console.WriteAsync(this, (line, stop) => line.SendBreakAsync(stop), cancel);

    /// <summary>Takes typing over from whoever has it, also from somebody who uses the BMC's console by another way.</summary>
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

    /// <summary>Says why what was typed goes nowhere; once, and not for every key.</summary>
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
