namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Threads that wait for the disk, so that event loops do not.</summary>
internal static class DiskReaders
{
    private const int Most = 8;

    private static readonly SemaphoreSlim Free = new(Most);

    /// <summary>Reads <paramref name="piece"/> of <paramref name="file"/> into memory.</summary>
    public static async Task BringAsync(MappedFile file, ReadOnlyMemory<byte> piece)
    {
        await Free.WaitAsync().ConfigureAwait(false);
        try
        {
            await Task.Factory.StartNew(() => file.Bring(piece), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
        }
        finally
        {
            Free.Release();
        }
    }
}
