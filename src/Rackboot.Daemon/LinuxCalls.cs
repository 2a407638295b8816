using System.Runtime.InteropServices;

namespace Rackboot.Daemon;

/// <summary>System calls of Linux. Failures return -1 and set errno (<see cref="Marshal.GetLastPInvokeError"/>).</summary>
internal static unsafe partial class LinuxCalls
{
    public const int MoreFollows = 0x8000;

    /// <summary>tcp(7) SIOCOUTQ: bytes that are not sent or not acknowledged.</summary>
    public const nuint OutputQueue = 0x5411;

    /// <summary>fcntl(2) F_DUPFD_CLOEXEC.</summary>
    public const int DuplicateCloseOnExec = 1030;

    /// <summary>madvise(2): MADV_WILLNEED begins to read, MADV_POPULATE_READ (Linux 5.14) reads.</summary>
    public const int WillNeed = 3, PopulateRead = 22;

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int Advise(nint start, nuint length, int advice);

    /// <summary>mincore(2): a byte for each page, whose lowest bit says that it is in memory.</summary>
    [LibraryImport("libc", EntryPoint = "mincore", SetLastError = true)]
    public static partial int InMemory(nint start, nuint length, byte* states);

    /// <summary>Whether this process may create files in a directory; false on a read-only file system.</summary>
    public static bool CanHoldFiles(string path) => Access(path, 3) == 0; // W_OK, X_OK

    public static bool MayWrite(string path) => Access(path, 2) == 0; // W_OK

    [LibraryImport("libc", EntryPoint = "access", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    /// <summary>adjtimex(2): asks about the clock where the buffer is zero, which has room for a struct timex.</summary>
    [LibraryImport("libc", EntryPoint = "adjtimex", SetLastError = true)]
    public static partial int AdjustClock(byte* timex);

    /// <summary>ioctl(2) with the request's structure.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(SafeHandle file, nuint request, byte* what);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int FileControl(SafeHandle file, int command, int argument);

    /// <summary>getrlimit(2): the soft and the hard limit.</summary>
    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int ResourceLimit(int resource, ulong* limits);

    [LibraryImport("libc", EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int SocketOption(SafeHandle socket, int level, int option, byte* value, int* length);
}
