using Microsoft.Extensions.Logging;

namespace Rackboot.Daemon.Systemd;

/// <summary>The log on standard error, one line a fact. Under systemd each line begins with its priority (sd-daemon(3)), which the journal
/// takes off; on a terminal with the time.</summary>
public sealed class ConsoleLog(TextWriter output, bool underJournal, TimeProvider time) : ILoggerProvider
{
    private readonly Lock _lock = new();

    /// <summary>Standard error, in the form that suits what it is connected to.</summary>
    public static ConsoleLog ForStandardError(TimeProvider time) =>
        new(Console.Error, Environment.GetEnvironmentVariable("JOURNAL_STREAM") is not null, time);

    public ILogger CreateLogger(string categoryName) => new Logger(this);

    public void Dispose()
    {
    }

    private void Write(LogLevel level, string message, Exception? exception)
    {
        var text = Line(message, exception);
        lock (_lock)
            output.WriteLine(underJournal
                ? $"<{Priority(level)}>{text}"
                : $"{time.GetUtcNow():HH:mm:ss.fff} {Word(level)} {text}");
    }

    /// <summary>What happened, and what went wrong, in one line.</summary>
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

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                log.Write(logLevel, formatter(state, exception), exception);
        }
    }
}
