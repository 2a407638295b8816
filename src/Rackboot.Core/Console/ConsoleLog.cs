namespace Rackboot.Core.Console;

/// <summary>The rolling log of one machine's console: <c>console.log</c>, before it <c>console.log.1</c> and so on, each of bounded size,
/// the oldest removed. It contains the machine's output byte for byte. Not thread-safe.</summary>
public sealed class ConsoleLog(string directory, Func<ConsoleSettings> settings, TimeProvider time) : IDisposable
{
    private const string Newest = "console.log";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private FileStream? _file;
    private LineStamps? _stamps;

    /// <summary>Appends output of the machine.</summary>
    /// <exception cref="IOException">The disk is full or broken; the next call tries again.</exception>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        var now = settings();
        _file ??= Open();
        _stamps = now.Timestamps ? _stamps ?? new LineStamps(time, EndsLine(Path.Combine(directory, Newest))) : null;
        var line = _stamps is null ? bytes : _stamps.Stamp(bytes);
        if (_file.Length > 0 && _file.Length + line.Length > now.FileSize)
            Roll(now.Files);
        _file.Write(line);
    }

    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    /// <summary>The current files of a log, oldest first; the caller closes them. They stay readable when the log
    /// rolls.</summary>
    public static IReadOnlyList<FileStream> OpenForReading(string directory)
    {
        var files = new List<FileStream>();
        for (var number = 0; TryOpen(Named(directory, number)) is { } file; number++)
            files.Insert(0, file);
        return files;
    }

    private static FileStream? TryOpen(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static string Named(string directory, int number) => Path.Combine(directory, number == 0 ? Newest : $"{Newest}.{number}");

    private static bool EndsLine(string path)
    {
        using var file = TryOpen(path);
        if (file is null || file.Length == 0)
            return true;
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
        var path = Path.Combine(directory, Newest);
        var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Append,
            Access = FileAccess.Write,
            Share = FileShare.ReadWrite | FileShare.Delete,
            BufferSize = 0,
            UnixCreateMode = OwnerOnly,
        });
        File.SetUnixFileMode(file.SafeFileHandle, OwnerOnly);
        return file;
    }

    private void Roll(int keep)
    {
        Dispose();
        var last = 0;
        while (File.Exists(Named(directory, last + 1)))
            last++;
        for (var number = last; number >= 0; number--)
            if (number + 1 >= keep)
                File.Delete(Named(directory, number));
            else
                File.Move(Named(directory, number), Named(directory, number + 1));
        _file = Open();
    }
}
