using Microsoft.Win32.SafeHandles;
using Rackboot.Transfer;

namespace Rackboot.Core.Assets;

/// <summary>A file that is on its way here. Whoever wants it takes what is there and waits for the rest; it is fetched once for all of
/// them.</summary>
public sealed class Fetch
{
    private readonly TaskCompletionSource<PartialFile> _file = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Fetch(string key, string title) => (Key, Title) = (key, title);

    /// <summary>The asset's name, or a blob's digest.</summary>
    public string Key { get; }

    /// <summary>What is fetched and from where.</summary>
    public string Title { get; }

    /// <summary>Ends when the file is in the store, or fails with why it is not.</summary>
    public Task Completion { get; internal set; } = Task.CompletedTask;

    public long Written => _file.Task.IsCompletedSuccessfully ? _file.Task.Result.Written : 0;

    /// <summary>Null until the server has said it.</summary>
    public long? Total => _file.Task.IsCompletedSuccessfully ? _file.Task.Result.Total : null;

    /// <summary>Opens what is there, once the length is known; null if the file is whole meanwhile and in the store.</summary>
    /// <exception cref="TransferException">It does not come.</exception>
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

    /// <summary>Waits until more than <paramref name="beyond"/> bytes are there.</summary>
    /// <returns>How many are.</returns>
    /// <exception cref="TransferException">They do not come.</exception>
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
        _ = _file.Task.Exception; // nobody may be waiting
    }
}
