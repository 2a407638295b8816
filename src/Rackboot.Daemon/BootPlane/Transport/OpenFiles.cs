namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>The boot files that machines fetch just now. A rack that powers on asks for the same few again and again: each is mapped once, and
/// given back a minute after the last request for it, so that what was removed from the store leaves the disk too.</summary>
internal sealed class OpenFiles : IDisposable
{
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _time;
    private readonly ITimer _sweep;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MappedFile File, long Used)> _files = [];

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
            var file = _files.TryGetValue(path, out var open) ? open.File : MappedFile.Open(path);
            _files[path] = (file, _time.GetTimestamp());
            return file.Share()!;
        }
    }

    public void Dispose()
    {
        _sweep.Dispose();
        Close(TimeSpan.Zero);
    }

    private void Close(TimeSpan unused)
    {
        lock (_lock)
            foreach (var (path, (file, used)) in _files)
                if (_time.GetElapsedTime(used) >= unused)
                {
                    _files.Remove(path);
                    file.Dispose();
                }
    }
}
