namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>The boot files in use. A rack that powers on requests the same few files again and again: each is mapped once,
/// and unmapped a minute after its last request, so that a file removed from the store also frees its disk space. A file that changes on
/// disk is mapped again: with a truncated mapping every answer would break off as long as machines ask.</summary>
internal sealed class OpenFiles : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MappedFile File, DateTime Written, long Looked, long Used)> _files = [];

    public OpenFiles(TimeProvider time)
    {
        _time = time;
        _sweep = time.CreateTimer(_ => Close(Kept), null, Kept / 2, Kept / 2);
    }

    /// <summary>The file <paramref name="path"/>, for the caller to dispose. Throws what opening a file throws.</summary>
    public MappedFile Open(string path)
    {
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_files.TryGetValue(path, out var open)
                && (_time.GetElapsedTime(open.Looked, now) < LookAgain || IsAsItWas(path, open.File, open.Written)))
                _files[path] = open with { Used = now, Looked = _time.GetElapsedTime(open.Looked, now) < LookAgain ? open.Looked : now };
            else
            {
                var written = File.GetLastWriteTimeUtc(path);
                var file = MappedFile.Open(path);
                open.File?.Dispose();
                _files[path] = open = (file, written, now, now);
            }

            return open.File.Share()!;
        }
    }

    // A removed file is served while it is mapped.
    private static bool IsAsItWas(string path, MappedFile file, DateTime written) =>
        new FileInfo(path) is var now && (!now.Exists || now.Length == file.Length && now.LastWriteTimeUtc == written);

    public void Dispose()
    {
        _sweep.Dispose();
        Close(TimeSpan.Zero);
    }

    private void Close(TimeSpan unused)
    {
        lock (_lock)
            foreach (var (path, (file, _, _, used)) in _files)
                if (_time.GetElapsedTime(used) >= unused)
                {
                    _files.Remove(path);
                    file.Dispose();
                }
    }
}
