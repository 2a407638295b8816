using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Rackboot.Transfer;

/// <summary>A file that is arriving: what is there can be read while the rest is under way, and after a break or a restart it goes on from
/// where it was.
/// Beside the file lies what the server called this version of it.</summary>
public sealed class PartialFile : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SafeFileHandle _file;
    private readonly string _notes;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private long _written;
    private Exception? _failure;

    /// <summary>Opens or begins the file <paramref name="path"/>.</summary>
    public PartialFile(string path)
    {
        (Path, _notes) = (path, path + ".json");
        _file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, FileOptions.Asynchronous);
        Note = ReadNote();
        if (Note is null)
            RandomAccess.SetLength(_file, 0);
        else
            _written = HashWhatIsThere();
    }

    public string Path { get; }

    /// <summary>Bytes that are here.</summary>
    public long Written => Volatile.Read(ref _written);

    /// <summary>Of how many; null until the server has said it.</summary>
    public long? Total { get; private set; }

    public bool IsComplete { get; private set; }

    /// <summary>Of all that is here, hexadecimal; once complete.</summary>
    public string Sha256 { get; private set; } = "";

    internal VersionNote? Note { get; private set; }

    /// <summary>Waits until more than <paramref name="beyond"/> bytes are here, or the length is known when <paramref name="beyond"/> is
    /// -1, or nothing more comes.</summary>
    /// <exception cref="TransferException">The transfer failed.</exception>
    public async Task WaitAsync(long beyond, CancellationToken cancel)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (IsComplete || (beyond < 0 ? Total is not null : _written > beyond))
                    return;
                if (_failure is { } failure)
                    throw new TransferException((failure as TransferException)?.Failure ?? TransferFailure.Unreachable, failure.Message,
                        failure);
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Tells those who wait that nothing more comes.</summary>
    public void Fail(Exception failure)
    {
        lock (_lock)
            _failure ??= failure;
        Wake();
    }

    /// <summary>Takes the file away, and what was noted of it.</summary>
    public void Delete()
    {
        File.Delete(Path);
        File.Delete(_notes);
    }

    public void Dispose()
    {
        Fail(new TransferException(TransferFailure.Unreachable, "the transfer was stopped"));
        _file.Dispose();
        _hash.Dispose();
    }

    /// <summary>Begins again, with the version <paramref name="note"/>.</summary>
    internal void Restart(VersionNote note)
    {
        lock (_lock)
        {
            RandomAccess.SetLength(_file, 0);
            _hash.Dispose();
            _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            (_written, Note) = (0, note);
        }

        File.WriteAllBytes(_notes, JsonSerializer.SerializeToUtf8Bytes(note));
    }

    internal void Expect(long? total)
    {
        lock (_lock)
            Total = total;
        Wake();
    }

    internal async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        _hash.AppendData(bytes.Span);
        await RandomAccess.WriteAsync(_file, bytes, _written, cancel).ConfigureAwait(false);
        lock (_lock)
            _written += bytes.Length;
        Wake();
    }

    /// <summary>All is here: puts it on the disk for good.</summary>
    internal void Complete()
    {
        RandomAccess.FlushToDisk(_file);
        Sha256 = Convert.ToHexStringLower(_hash.GetHashAndReset());
        lock (_lock)
            (IsComplete, Total) = (true, _written);
        File.Delete(_notes);
        Wake();
    }

    private VersionNote? ReadNote()
    {
        try
        {
            return JsonSerializer.Deserialize<VersionNote>(File.ReadAllBytes(_notes));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null; // without it nobody knows what was begun
        }
    }

    private long HashWhatIsThere()
    {
        var buffer = new byte[1 << 20];
        long at = 0;
        for (int read; (read = RandomAccess.Read(_file, buffer, at)) > 0; at += read)
            _hash.AppendData(buffer, 0, read);
        return at;
    }

    private void Wake()
    {
        TaskCompletionSource changed;
        lock (_lock)
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        changed.TrySetResult();
    }

    /// <summary>Which version of which file was begun.</summary>
    /// <param name="Title">Of the file.</param>
    /// <param name="ETag">A strong one, or null.</param>
    /// <param name="Modified">Its Last-Modified, or null.</param>
    internal sealed record VersionNote(string Title, string? ETag, DateTimeOffset? Modified);
}
