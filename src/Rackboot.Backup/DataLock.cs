using System.Runtime.InteropServices;

namespace Rackboot.Backup;

/// <summary>A data directory is used by one process at a time: a daemon, or a restore. The lock (flock(2) on the directory itself) ends
/// with the process, however that ends.</summary>
public sealed class DataLock : IDisposable
{
    private int _descriptor;

    private DataLock(int descriptor) => _descriptor = descriptor;

    /// <summary>Takes the lock of a directory that exists.</summary>
    /// <returns>Null where another process has it.</returns>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    public static DataLock? TryTake(string directory)
    {
        var descriptor = LinuxFiles.Open(directory, LinuxFiles.Directory | LinuxFiles.CloseOnExec);
        if (descriptor < 0)
            throw new IOException($"{directory} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        if (LinuxFiles.Lock(descriptor, LinuxFiles.LockExclusive | LinuxFiles.LockNonBlocking) == 0)
            return new DataLock(descriptor);
        _ = LinuxFiles.Close(descriptor);
        return null;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _descriptor, -1) is >= 0 and var descriptor)
            _ = LinuxFiles.Close(descriptor);
    }
}
