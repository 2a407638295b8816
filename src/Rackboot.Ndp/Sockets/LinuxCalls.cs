using System.Runtime.InteropServices;

namespace Rackboot.Ndp;

/// <summary>What the library asks of Linux itself. Failures are told by -1 and errno (<see cref="Marshal.GetLastPInvokeError"/>).</summary>
internal static unsafe partial class LinuxCalls
{
    public const int DoNotWait = 0x40; // MSG_DONTWAIT
    public const int SolSocket = 1, BindToDevice = 25;
    public const int SolIpv6 = 41, UnicastHops = 16, MulticastHops = 18, MulticastLoop = 19, ReceiveHopLimit = 51, HopLimit = 52;
    public const int SolIcmpv6 = 58, Icmpv6Filter = 1;
    public const int Interrupted = 4, TryAgain = 11;

    /// <summary>recvmsg(2).</summary>
    [LibraryImport("libc", EntryPoint = "recvmsg", SetLastError = true)]
    public static partial nint Receive(SafeHandle socket, ref MessageHeader message, int flags);

    /// <summary>struct iovec.</summary>
    public struct Vector
    {
        public byte* Start;
        public nuint Length;
    }

    /// <summary>struct msghdr.</summary>
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

    /// <summary>struct cmsghdr.</summary>
    public struct ControlHeader
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary>struct sockaddr_in6.</summary>
    public struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Flow;
        public fixed byte Address[16];
        public uint Scope;
    }
}
