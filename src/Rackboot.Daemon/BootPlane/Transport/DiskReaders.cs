namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Threads that wait for the disk, so that event loops do not.</summary>
internal static class DiskReaders
{
    private const int Most = 64;

    private static readonly SemaphoreSlim Free = new(Most);

    /// <summary>Reads <paramref name="piece"/> of <paramref name="file"/> into memory.</summary>
    public static async Task BringAsync(MappedFile file, ReadOnlyMemory<byte> piece)
    {
        // In this order: many who wait for one file on a disk that does not answer leave threads for other files.
        await file.Readers.WaitAsync().ConfigureAwait(false);
        await Free.WaitAsync().ConfigureAwait(false);
        try
        {
            await Task.Factory.StartNew(() => file.Bring(piece), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            Free.Release();
            file.Readers.Release();
        }
    }
}
