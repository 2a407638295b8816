using Rackboot.Core.Events;

namespace Rackboot.Core.Console;

/// <summary>The console of one machine while it is kept open: one line to the machine, reopened whenever it is lost; any
/// number of watchers, of whom one types; the latest output; and the log.</summary>
internal sealed class MachineConsole : IAsyncDisposable
{
    private const int BacklogBytes = 64 << 10;
    private const int MostRead = 4096;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly List<ConsoleWatcher> _watchers = [];
    private readonly ConsoleBacklog _backlog = new(BacklogBytes);
    private readonly CancellationTokenSource _stop = new();
    private readonly string _machine;
    private readonly Func<bool, CancellationToken, Task<IConsoleLine>> _open;
    private readonly ConsoleLog _log;
    private readonly string _directory;
    private readonly Func<ConsoleSettings> _settings;
    private readonly EventLog _events;
    private readonly TimeProvider _time;
    private readonly Task _running;
    private ConsoleUpdate.Connection _state = new(ConsoleState.Connecting, "connecting");
    private ConsoleWatcher? _writer;
    private IConsoleLine? _line;
    private CancellationTokenSource? _lineEnds;
    private TaskCompletionSource _sooner = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _idleSince;
    private bool _takeBmc;
    private bool _wasLost;
    private bool _logFails;
    private bool _ended;

    /// <param name="machine">Its name.</param>
    /// <param name="open">Opens the line; with true even if another user has the BMC's console open.</param>
    /// <param name="directory">The directory of the log.</param>
    public MachineConsole(
        string machine, Func<bool, CancellationToken, Task<IConsoleLine>> open, string directory, Func<ConsoleSettings> settings,
        EventLog events, TimeProvider time)
    {
        (_machine, _open, _directory, _settings, _events, _time) = (machine, open, directory, settings, events, time);
        _log = new ConsoleLog(directory, settings, time);
        _idleSince = time.GetUtcNow();
        Remember();
        _running = Task.Run(RunAsync);
    }

    public ConsoleReport Report
    {
        get
        {
            lock (_lock)
                return new ConsoleReport(_state.State, _state.Text, _writer?.Name, [.. _watchers.Select(w => w.Name)]);
        }
    }

    /// <summary>Begins to watch: first the latest output, then the state, then everything new.</summary>
    /// <returns>Null if the console has just ended; open another one.</returns>
    public ConsoleWatcher? Join(string name, bool mayWrite)
    {
        var watcher = new ConsoleWatcher(this, name, mayWrite);
        lock (_lock)
        {
            if (_ended)
                return null;
            if (_backlog.ToArray() is { Length: > 0 } earlier)
                watcher.Tell(new ConsoleUpdate.Output(earlier));
            Add(watcher);
            if (mayWrite && _writer is null)
                SetWriter(watcher);
            else
                watcher.Tell(new ConsoleUpdate.Writer(_writer?.Name, You: false, Taken: false));
        }

        _events.Add("console.joined", Level.Info, _machine, null, $"{name} watches the console{(mayWrite ? "" : ", read-only")}");
        return watcher;
    }

    /// <summary>Begins to watch at the current end of the log.</summary>
    /// <returns>Null if the console has just ended; open another one.</returns>
    public (ConsoleWatcher Watcher, LogTail Log)? Follow(string name)
    {
        var watcher = new ConsoleWatcher(this, name, mayWrite: false);
        LogTail log;
        lock (_lock)
        {
            if (_ended)
                return null;
            log = new LogTail(ConsoleLog.OpenForReading(_directory));
            Add(watcher);
        }

        _events.Add("console.joined", Level.Info, _machine, null, $"{name} follows the console's log");
        return (watcher, log);
    }

    public void Leave(ConsoleWatcher watcher)
    {
        lock (_lock)
        {
            if (!_watchers.Remove(watcher))
                return;
            watcher.End(null);
            if (_writer == watcher)
                SetWriter(null);
            _idleSince = _time.GetUtcNow();
        }

        _events.Add("console.left", Level.Info, _machine, null, $"{watcher.Name} left the console");
    }

    public async Task WriteAsync(ConsoleWatcher watcher, Func<IConsoleLine, CancellationToken, ValueTask> write, CancellationToken cancel)
    {
        if (!MayWrite(watcher, out var line, out var lineEnds))
            return;
        try
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, lineEnds);
            await write(line, either.Token).ConfigureAwait(false);
            watcher.Accepted();
        }
        catch (ConsoleException e)
        {
            watcher.Refuse(e.Message);
            if (!e.LineIsGood)
                EndLine(line);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            watcher.Refuse("the connection was lost while you typed");
        }
    }

    public void TakeOver(ConsoleWatcher watcher)
    {
        ConsoleWatcher? from;
        lock (_lock)
        {
            if (!watcher.MayWrite || !_watchers.Contains(watcher))
                return;
            from = _writer == watcher ? null : _writer;
            SetWriter(watcher);
            _takeBmc = _state.State != ConsoleState.Open;
        }

        _events.Add("console.taken", Level.Info, _machine, null,
            from is null ? $"{watcher.Name} takes the console" : $"{watcher.Name} takes over the console from {from.Name}");
        _sooner.TrySetResult();
    }

    /// <summary>Drops the line and opens another, for instance after a change of the machine's document.</summary>
    public void Reopen()
    {
        EndLine(null);
        _sooner.TrySetResult();
    }

    /// <summary>Closes to new watchers, if there was none since <paramref name="since"/>.</summary>
    public bool Retire(DateTimeOffset since)
    {
        lock (_lock)
            return _ended = _ended || (_watchers.Count == 0 && _idleSince <= since);
    }

    /// <summary>Ends the console; its watchers get the reason.</summary>
    public async Task EndAsync(string why)
    {
        lock (_lock)
            _ended = true;
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            _watchers.ForEach(w => w.End(why));
            _watchers.Clear();
            _log.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync("the daemon is stopping").ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        for (var failures = 0; !_stop.IsCancellationRequested;)
        {
            var began = _time.GetTimestamp();
            var why = await HoldAsync().ConfigureAwait(false);
            if (_stop.IsCancellationRequested)
                return;
            failures = _time.GetElapsedTime(began) >= Steady ? 1 : failures + 1;
            var wait = FirstWait * Math.Pow(2, Math.Min(failures - 1, 16));
            wait = wait < LongestWait ? wait : LongestWait;
            if (!_wasLost)
                _events.Add("console.lost", Level.Warning, _machine, null, why);
            _wasLost = true;
            await WaitAsync(wait, why).ConfigureAwait(false);
        }
    }

    /// <summary>Opens the line and reads it until it ends.</summary>
    /// <returns>Why it ended.</returns>
    private async Task<string> HoldAsync()
    {
        bool take;
        lock (_lock)
            (take, _takeBmc) = (_takeBmc, false);
        Set(new ConsoleUpdate.Connection(ConsoleState.Connecting, "connecting"));
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        IConsoleLine? line = null;
        try
        {
            line = await _open(take, _stop.Token).ConfigureAwait(false);
            lock (_lock)
                (_line, _lineEnds) = (line, ends);
            Opened();
            var buffer = new byte[MostRead];
            while (await line.ReadAsync(buffer, ends.Token).ConfigureAwait(false) is var read and > 0)
                Take(buffer.AsSpan(0, read));
            return "the other side closed the console";
        }
        catch (ConsoleException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException)
        {
            return "the connection timed out";
        }
        catch (Exception e)
        {
            // Any failure concerns only this machine.
            return $"it failed with an unexpected error ({e.GetType().Name}: {e.Message})";
        }
        finally
        {
            lock (_lock)
                (_line, _lineEnds) = (null, null);
            if (line is not null)
                await line.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task WaitAsync(TimeSpan wait, string why)
    {
        using var enough = new CancellationTokenSource(wait, _time);
        Set(new ConsoleUpdate.Connection(ConsoleState.Waiting, $"{why}; next attempt in {wait.TotalSeconds:0} s"));
        using var either = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, _stop.Token);
        await Volatile.Read(ref _sooner).Task.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Volatile.Write(ref _sooner, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    private void Opened()
    {
        string who;
        lock (_lock)
        {
            who = _watchers.Count == 0 ? "the log" : string.Join(", ", _watchers.Select(w => w.Name).Distinct());
            // A take-over requested during the opening is done, and does not apply next time.
            (_takeBmc, _sooner) = (false, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        _events.Add(_wasLost ? "console.back" : "console.opened", Level.Info, _machine, null,
            _wasLost ? "the console is connected again" : $"the console is open for {who}");
        _wasLost = false;
        Set(new ConsoleUpdate.Connection(ConsoleState.Open, "connected"));
    }

    private void Set(ConsoleUpdate.Connection state)
    {
        lock (_lock)
        {
            _state = state;
            _watchers.ForEach(w => w.Tell(state));
        }
    }

    // Under the lock.
    private void Add(ConsoleWatcher watcher)
    {
        _watchers.Add(watcher);
        watcher.Tell(_state);
    }

    // Under the lock.
    private void SetWriter(ConsoleWatcher? writer)
    {
        if (writer is not null && _writer == writer)
            return;
        var before = _writer;
        _writer = writer;
        _watchers.ForEach(w => w.Tell(new ConsoleUpdate.Writer(writer?.Name, w == writer, Taken: w == before)));
    }

    private void Take(ReadOnlySpan<byte> bytes)
    {
        var output = new ConsoleUpdate.Output(bytes.ToArray());
        lock (_lock)
        {
            _backlog.Add(bytes);
            if (_settings().Log != ConsoleLogging.Off)
                Log(bytes);
            _watchers.ForEach(w => w.Tell(output));
        }
    }

    private void Log(ReadOnlySpan<byte> bytes)
    {
        try
        {
            _log.Write(bytes);
            _logFails = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.Dispose();
            if (!_logFails)
                _events.Add("console.log", Level.Error, _machine, null, $"writing the console log failed: {e.Message}");
            _logFails = true;
        }
    }

    // The end of the log is the latest output before this opening, even from before the daemon's start.
    private void Remember()
    {
        try
        {
            foreach (var file in ConsoleLog.OpenForReading(_directory))
                using (file)
                {
                    file.Seek(-Math.Min(BacklogBytes, file.Length), SeekOrigin.End);
                    var bytes = new byte[Math.Min(BacklogBytes, file.Length)];
                    _backlog.Add(bytes.AsSpan(0, file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)));
                }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Writing reports a broken log.
        }
    }

    private bool MayWrite(
        ConsoleWatcher watcher, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out IConsoleLine? line, out CancellationToken lineEnds)
    {
        string? why;
        lock (_lock)
        {
            if (watcher.MayWrite && _writer is null && _watchers.Contains(watcher))
                SetWriter(watcher);
            (line, lineEnds) = (_line, _lineEnds?.Token ?? default);
            why = !watcher.MayWrite ? "you are watching read-only"
                : _writer != watcher ? $"{_writer?.Name ?? "somebody else"} is typing; your input is discarded until you take over"
                : line is null ? $"not connected, so your input is discarded: {_state.Text}"
                : null;
        }

        if (why is not null)
            watcher.Refuse(why);
        return why is null;
    }

    private void EndLine(IConsoleLine? only)
    {
        lock (_lock)
            if (_line is not null && (only is null || _line == only))
                _ = _lineEnds?.CancelAsync();
    }
}
