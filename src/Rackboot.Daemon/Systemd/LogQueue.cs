namespace Rackboot.Daemon.Systemd;

/// <summary>The way of lines to whoever reads the log. Everybody who has something to say puts it here and goes on; one thread writes, and
/// waits
/// for a reader that stalls. What does not fit meanwhile is counted, and said when the reader is back.</summary>
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

    /// <summary>Has <paramref name="write"/> called in its turn, on the thread that writes. Never waits.</summary>
    /// <param name="characters">How long what it writes is.</param>
    public void Add(int characters, Action write)
    {
        lock (_lines)
        {
            if (_lines.Count >= MostLines || _characters + characters > MostCharacters)
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
    /// <returns>Whether it is.</returns>
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
                    // What was dropped came after all that was waiting, which is written by now.
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
                // Nobody reads the log any more; the daemon goes on.
            }
        }
    }
}
