using Microsoft.Win32.SafeHandles;
using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>A file that is being fetched, once for all readers. A reader gets the received part and waits for the
/// rest.</summary>
public sealed class Fetch
{
    private readonly TaskCompletionSource<PartialFile> _file = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Fetch(string key, string title) => (Key, Title) = (key, title);

    /// <summary>The asset's name, or a blob's digest.</summary>
    public string Key { get; }

    /// <summary>The fetched object and its source.</summary>
    public string Title { get; }

    /// <summary>Completes when the file is stored, or fails with the reason.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    public long Written => _file.Task.IsCompletedSuccessfully ? _file.Task.Result.Written : 0;

    /// <summary>Null until the server has sent it.</summary>
    public long? Total => _file.Task.IsCompletedSuccessfully ? _file.Task.Result.Total : null;

    /// <summary>Opens the received part, once the length is known; null if the file is complete by then and stored.</summary>
    /// <exception cref="TransferException">The fetch failed.</exception>
    public async Task<SafeFileHandle?> OpenAsync(CancellationToken cancel)
    {
        var file = await _file.Task.WaitAsync(cancel).ConfigureAwait(false);
        await file.WaitAsync(-1, cancel).ConfigureAwait(false);
        try
        {
            return File.OpenHandle(file.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete,
                FileOptions.Asynchronous);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Waits until more than <paramref name="beyond"/> bytes have arrived.</summary>
    /// <returns>The number of received bytes.</returns>
    /// <exception cref="TransferException">The fetch failed.</exception>
    public async Task<long> WaitAsync(long beyond, CancellationToken cancel)
    {
        var file = await _file.Task.WaitAsync(cancel).ConfigureAwait(false);
        await file.WaitAsync(beyond, cancel).ConfigureAwait(false);
        return file.Written;
    }

    internal void Opened(PartialFile file) => _file.TrySetResult(file);

    internal void Failed(Exception e)
    {
        _file.TrySetException(e);
        _ = _file.Task.Exception; // there may be no waiter
    }
}
