using System.Runtime.InteropServices;

namespace Rackboot.Talos;

/// <summary>What the receiver of kernel logs asks of Linux itself. Failures are told by -1 and errno
/// (<see cref="Marshal.GetLastPInvokeError"/>).</summary>
internal static unsafe partial class LinuxCalls
{
    public const int EpollIn = 0x1;
    public const int EpollAdd = 1;
    public const int Interrupted = 4;

    // <linux/eventpoll.h>: struct epoll_event is packed on x86-64, and on nothing else.
    public static readonly int EpollDataOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    public static readonly int EpollEventBytes = EpollDataOffset + 8;

    private const int CloseOnExec = 0x80000;

    public static int EpollCreate() => EpollCreate(CloseOnExec);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(SafeHandle epoll, int operation, SafeHandle file, byte* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(SafeHandle epoll, byte* events, int most, int milliseconds);
}
