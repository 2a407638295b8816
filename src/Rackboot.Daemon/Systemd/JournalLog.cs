using System.Buffers;
using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Rackboot.Daemon.Systemd;

/// <summary>The log in systemd's journal by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): names in a message, such as its
/// machine, become fields, so that <c>journalctl RACKBOOT_MACHINE=node-01</c> finds it.</summary>
public sealed class JournalLog : ILoggerProvider
{
    private const string JournalSocket = "/run/systemd/journal/socket";
    private const int LongestValue = 16 * 1024;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
    private readonly ConsoleLog _otherwise;
    private readonly TimeProvider _time;

    /// <param name="path">The journal's socket.</param>
    /// <param name="otherwise">Receives lines that the journal does not accept.</param>
    /// <exception cref="SocketException">There is no journal.</exception>
    public JournalLog(string path, ConsoleLog otherwise, TimeProvider time)
    {
        (_otherwise, _time) = (otherwise, time);
        _socket.Connect(new UnixDomainSocketEndPoint(path));
    }

    /// <summary>The journal if standard error is connected to it, else standard error.</summary>
    public static ILoggerProvider OrStandardError(TimeProvider time)
    {
        var console = ConsoleLog.ForStandardError(time);
        try
        {
            return IsConnected() ? new JournalLog(JournalSocket, console, time) : console;
        }
        catch (SocketException)
        {
            return console;
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    /// <summary>Waits a moment until everything is written.</summary>
    public void Dispose()
    {
        _otherwise.Dispose();
        _socket.Dispose();
    }

    // systemd.exec(5): JOURNAL_STREAM is the device and inode of the journal's stream; standard error may still be redirected.
    private static bool IsConnected() =>
        Environment.GetEnvironmentVariable("JOURNAL_STREAM")?.Split(':') is [_, var inode]
        && File.ResolveLinkTarget("/proc/self/fd/2", returnFinalTarget: false)?.Name == $"socket:[{inode}]";

    private void Write(string category, LogLevel level, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        var (entry, now) = (Entry(category, level, message, fields), _time.GetUtcNow());
        _otherwise.Queue.Add(entry.WrittenCount, () =>
        {
            if (!TrySend(entry.WrittenSpan))
                _otherwise.WriteNow(level, now, message);
        });
    }

    private bool TrySend(ReadOnlySpan<byte> entry)
    {
        try
        {
            return _socket.Send(entry) == entry.Length;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false; // the journal restarts, or the entry is too large for it
        }
    }

    private static ArrayBufferWriter<byte> Entry(
        string category, LogLevel level, string message, IReadOnlyList<KeyValuePair<string, object?>>? fields)
    {
        var entry = new ArrayBufferWriter<byte>();
        Field(entry, "MESSAGE", message);
        Field(entry, "PRIORITY", $"{ConsoleLog.Priority(level)}");
        Field(entry, "SYSLOG_IDENTIFIER", "rackbootd");
        Field(entry, "RACKBOOT_CATEGORY", category);
        foreach (var (name, value) in fields ?? [])
            if (value is not null && name.All(char.IsAsciiLetterOrDigit))
                Field(entry, "RACKBOOT_" + name.ToUpperInvariant(), value.ToString() ?? "");
        return entry;
    }

    // NAME=value and a newline; a value with a newline of its own goes as NAME, newline, its length (64 bits, little endian), value,
    // newline.
    private static void Field(ArrayBufferWriter<byte> entry, string name, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        var shown = bytes.AsSpan(0, Math.Min(bytes.Length, LongestValue));
        entry.Write(Encoding.ASCII.GetBytes(name));
        if (shown.Contains((byte)'\n'))
        {
            entry.Write("\n"u8);
            BinaryPrimitives.WriteUInt64LittleEndian(entry.GetSpan(8), (ulong)shown.Length);
            entry.Advance(8);
        }
        else
            entry.Write("="u8);
        entry.Write(shown);
        entry.Write("\n"u8);
    }

    private sealed class Logger(JournalLog journal, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                journal.Write(category, logLevel, ConsoleLog.Line(formatter(state, exception), exception),
                    state as IReadOnlyList<KeyValuePair<string, object?>>);
        }
    }
}
