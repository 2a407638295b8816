using Microsoft.Extensions.Logging;

namespace Rackboot.Daemon.Systemd;

/// <summary>The log on standard error, one line a fact. Under systemd each line begins with its priority (sd-daemon(3)), which the journal
/// removes; on a terminal with the time.</summary>
public sealed class ConsoleLog : ILoggerProvider
{
    // The daemon does not wait for a stalled reader.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly TextWriter _output;
    private readonly bool _underJournal;
    private readonly TimeProvider _time;

    public ConsoleLog(TextWriter output, bool underJournal, TimeProvider time)
    {
        (_output, _underJournal, _time) = (output, underJournal, time);
        Queue = new LogQueue(dropped => WriteNow(
            LogLevel.Warning, time.GetUtcNow(), $"{dropped:N0} lines of the log were dropped: the reader was too slow"));
    }

    /// <summary>Lines that wait to be written.</summary>
    internal LogQueue Queue { get; }

    /// <summary>Standard error, in the form that suits its reader.</summary>
    public static ConsoleLog ForStandardError(TimeProvider time) =>
        new(Console.Error, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null, time);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    /// <summary>Waits a moment until everything is written.</summary>
    public void Dispose() => Queue.Flush(Patience);

    private void Write(LogLevel level, string message, Exception? exception)
    {
        var (text, now) = (Line(message, exception), _time.GetUtcNow());
        Queue.Add(text.Length, () => WriteNow(level, now, text));
    }

    /// <summary>Writes a line from the thread that writes.</summary>
    internal void WriteNow(LogLevel level, DateTimeOffset at, string text) =>
        _output.WriteLine(_underJournal ? $"<{Priority(level)}>{text}" : $"{at:HH:mm:ss.fff} {Word(level)} {text}");

    /// <summary>Message and exception in one line.</summary>
    internal static string Line(string message, Exception? exception) =>
        (exception is null ? message : $"{message} ({exception.GetType().Name}: {exception.Message})").ReplaceLineEndings(" ");

    /// <summary>As syslog counts (RFC 5424 §6.2.1).</summary>
    internal static int Priority(LogLevel level) => level switch
    {
        LogLevel.Critical => 2,
        LogLevel.Error => 3,
        LogLevel.Warning => 4,
        LogLevel.Information => 6,
        _ => 7,
    };

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical or LogLevel.Error => "ERROR",
        LogLevel.Warning => "WARN ",
        LogLevel.Information => "info ",
        _ => "debug",
    };

    private sealed class Logger(ConsoleLog log) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Write(logLevel, formatter(state, exception), exception);
        }
    }
}
