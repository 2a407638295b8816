using System.Runtime.InteropServices;

#pragma warning disable CS0649 // fields that only Linux writes

namespace Rackboot.Lab.Storm.Tftp;

/// <summary>What the generator asks of Linux itself. It shares nothing with the server that it measures.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int DoNotWait = 0x40;
    public const int SolSocket = 1, ReceiveBufferForce = 33, SendBufferForce = 32;
    public const int SolIp = 0, PacketInformation = 8;
    public const int SolUdp = 17, UdpSegment = 103, UdpGro = 104;
    public const int PollIn = 1;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(SafeHandle socket, Message* messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "sendmmsg", SetLastError = true)]
    public static partial int SendMany(SafeHandle socket, Message* messages, uint count, int flags);

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    public static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    public static partial int EpollControl(int epoll, int operation, SafeHandle file, EpollEvent* what);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    public static partial int EpollWait(int epoll, EpollEvent* events, int most, int milliseconds);

    /// <summary>struct epoll_event as x86-64 has it.</summary>
    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    public struct EpollEvent
    {
        public int Events;
        public long Data;
    }

    public struct Vector
    {
        public void* Start;
        public nuint Length;
    }

    public struct MessageHeader
    {
        public SocketAddress* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public byte* Control;
        public nuint ControlLength;
        public int Flags;
    }

    public struct Message
    {
        public MessageHeader Header;
        public uint Length;
    }

    public struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Address;
        public ulong Zero;
    }

    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    public struct PacketAddresses
    {
        public int Interface;
        public uint Local;
        public uint Destination;
    }
}
