using System.Runtime.InteropServices;

#pragma warning disable CS0649 // fields that only Linux writes

namespace Rackboot.Linux;

// What several libraries ask of Linux itself: waiting for many files, many packets a call. It is compiled into each of them;
// so these are plain comments: OpenAPI reads the documentation of all libraries together, and takes a name once.
// Failures are told by -1 and errno (Marshal.GetLastPInvokeError).
internal static unsafe partial class LinuxCalls
{
    public const int EpollIn = 0x1, EpollOut = 0x4, EpollError = 0x8, EpollHangUp = 0x10, EpollReadHangUp = 0x2000;
    public const int EpollEdgeTriggered = 1 << 31;
    public const int EpollAdd = 1, EpollModify = 3;
    public const int DoNotWait = 0x40, WaitForOne = 0x10000; // MSG_DONTWAIT, MSG_WAITFORONE

    public const int SolSocket = 1, ReuseAddress = 2, Broadcast = 6, ReusePort = 15, BindToDevice = 25;
    public const int SendBufferForce = 32, ReceiveBufferForce = 33;
    public const int SolIp = 0, PacketInformation = 8;
    public const int SolUdp = 17, UdpSegment = 103, UdpGro = 104;

    public const int Interrupted = 4, InputOutput = 5, TryAgain = 11, BadAddress = 14, Invalid = 22, MessageTooLong = 90;

    private const int CloseOnExec = 0x80000;

    public static int EpollCreate() => EpollCreate(CloseOnExec);

    public static int EventFile() => EventFile(0, CloseOnExec);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(SafeHandle epoll, int operation, SafeHandle file, byte* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(SafeHandle epoll, byte* events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "eventfd", SetLastError = true)]
    private static partial int EventFile(uint value, int flags);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(SafeHandle file, in ulong value, nint count);

    [LibraryImport("libc", EntryPoint = "getsockname", SetLastError = true)]
    public static partial int SocketName(SafeHandle socket, byte* name, ref int length);

    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, ref MessageHeader message, int flags);

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(SafeHandle socket, Message* messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(SafeHandle socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, ReadOnlySpan<byte> bytes, nint count, int flags);

    // struct iovec.
    public struct Vector
    {
        public void* Start;
        public nuint Length;
    }

    // struct msghdr. The name is a socket's address: struct sockaddr_in, or that of another family.
    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    // struct mmsghdr.
    public struct Message
    {
        public MessageHeader Header;
        public uint Length;
    }

    // struct sockaddr_in; port and address as they are on the wire.
    public struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;
    }

    // struct cmsghdr.
    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    // struct in_pktinfo (ip(7)).
    public struct PacketAddresses
    {
        public int Interface;

        // The local address of a packet.
        public uint Local;

        // The address in its header: a broadcast address perhaps.
        public uint Destination;
    }
}
