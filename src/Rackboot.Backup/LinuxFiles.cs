using System.Runtime.InteropServices;

namespace Rackboot.Backup;

/// <summary>What Linux has for directories and .NET has not.</summary>
internal static partial class LinuxFiles
{
    // <fcntl.h>, <sys/file.h>
    public const int Directory = 0x10000;
    public const int CloseOnExec = 0x80000;
    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    /// <summary>Makes the names in a directory durable.</summary>
    public static void Flush(string directory)
    {
        var descriptor = Open(directory, Directory | CloseOnExec);
        if (descriptor < 0)
            throw new IOException($"{directory} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        var failed = Sync(descriptor) != 0 ? Marshal.GetLastPInvokeErrorMessage() : null;
        _ = Close(descriptor);
        if (failed is not null)
            throw new IOException($"{directory} cannot be synced: {failed}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Lock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Sync(int descriptor);
}
