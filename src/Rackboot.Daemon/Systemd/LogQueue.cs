namespace Rackboot.Daemon.Systemd;

/// <summary>The queue of log lines. Callers enqueue and continue; one thread writes, and waits for a stalled reader. Lines that do not
/// fit meanwhile are counted, and their number is written where they are missing.</summary>
internal sealed class LogQueue
{
    private const int MostLines = 10_000;
    private const int MostCharacters = 4 * 1024 * 1024;

    private readonly Queue<(int Characters, Action Write)> _lines = [];
    private readonly Action<long> _writeDropped;
    private readonly Thread _thread;
    private int _characters;
    private long _dropped;
    private bool _writing;

    /// <param name="writeDropped">Writes how many lines were dropped.</param>
    public LogQueue(Action<long> writeDropped)
    {
        _writeDropped = writeDropped;
        _thread = new Thread(WriteLoop) { Name = "log", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Enqueues <paramref name="write"/> for the writing thread. Never waits.</summary>
    /// <param name="characters">The length of its output.</param>
    public void Add(int characters, Action write)
    {
        lock (_lines)
        {
            // Once some are missing all are, until the number of them is written: it stands in one place.
            if (_dropped > 0 || _lines.Count >= MostLines || _characters + characters > MostCharacters)
            {
                _dropped++;
                return;
            }

            _lines.Enqueue((characters, write));
            _characters += characters;
            Monitor.PulseAll(_lines);
        }
    }

    /// <summary>Waits until everything is written, at most for <paramref name="within"/>.</summary>
    /// <returns>Whether everything was written.</returns>
    public bool Flush(TimeSpan within)
    {
        var end = Environment.TickCount64 + (long)within.TotalMilliseconds;
        lock (_lines)
        {
            while (_lines.Count > 0 || _writing || _dropped > 0)
                if (end - Environment.TickCount64 is not (> 0 and var left) || !Monitor.Wait(_lines, (int)left))
                    return _lines.Count == 0 && !_writing;
            return true;
        }
    }

    private void WriteLoop()
    {
        while (true)
        {
            Action write;
            lock (_lines)
            {
                _writing = false;
                Monitor.PulseAll(_lines);
                while (_lines.Count == 0 && _dropped == 0)
                    Monitor.Wait(_lines);
                if (_lines.TryDequeue(out var line))
                {
                    write = line.Write;
                    _characters -= line.Characters;
                }
                else
                {
                    // Lines were dropped after all waiting ones, which are written by now.
                    var dropped = _dropped;
                    _dropped = 0;
                    write = () => _writeDropped(dropped);
                }

                _writing = true;
            }

            try
            {
                write();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The log has no reader any more; the daemon continues.
            }
        }
    }
}
