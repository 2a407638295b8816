using System.Runtime.InteropServices;

#pragma warning disable CS0649 // fields that only Linux writes

namespace Rackboot.Bench;

/// <summary>What the generator asks of Linux itself. It shares nothing with the server that it measures.</summary>
internal static unsafe partial class LinuxCalls
{
    public const int DoNotWait = 0x40;
    public const int SolSocket = 1, SendBufferForce = 32, ReceiveBufferForce = 33;
    public const int SolUdp = 17, UdpSegment = 103, UdpGro = 104;

    [LibraryImport("libc", EntryPoint = "recvmmsg", SetLastError = true)]
    public static partial int ReceiveMany(SafeHandle socket, Message* messages, uint count, int flags, nint timeout);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(SafeHandle socket, byte* bytes, nuint length, int flags);

    public struct Vector
    {
        public void* Start;
        public nuint Length;
    }

    public struct MessageHeader
    {
        public void* Name;
        public uint NameLength;
        public Vector* Vectors;
        public nuint VectorCount;
        public ControlNumber* Control;
        public nuint ControlLength;
        public int Flags;
    }

    public struct Message
    {
        public MessageHeader Header;
        public uint Length;
    }

    /// <summary>struct cmsghdr with a number behind it, as UDP_GRO tells the length of the pieces.</summary>
    public struct ControlNumber
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Number;
    }
}
