using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Rackboot.Linux;

namespace Rackboot.Ndp;

/// <summary>A raw ICMPv6 socket on one link, for router solicitations and advertisements alone. The kernel checks and writes
/// checksums.</summary>
internal sealed unsafe class LinkSocket : IDisposable
{
    private const int SolIpv6 = 41, UnicastHops = 16, MulticastHops = 18, MulticastLoop = 19, ReceiveHopLimit = 51, HopLimitControl = 52;
    private const int SolIcmpv6 = 58, Icmpv6Filter = 1;

    private readonly Socket _socket;
    private readonly Link _link;

    /// <exception cref="SocketException">It cannot be opened: the interface or its address is gone, or the process may not.</exception>
    public LinkSocket(Link link)
    {
        _link = link;
        _socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6);
        try
        {
            _socket.SetRawSocketOption(SolIcmpv6, Icmpv6Filter, Filter());
            _socket.SetRawSocketOption(LinuxCalls.SolSocket, LinuxCalls.BindToDevice, Encoding.ASCII.GetBytes(link.Device + '\0'));
            Set(UnicastHops, NdpMessage.HopLimit);
            Set(MulticastHops, NdpMessage.HopLimit);
            Set(MulticastLoop, 0); // what another program of this host says is heard, and what this socket says is not
            Set(ReceiveHopLimit, 1);
            foreach (var group in new[] { AdvertiserPlan.AllNodes, AdvertiserPlan.AllRouters })
                _socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(group, link.Index));
            _socket.Bind(On(link.Address));
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>Completes once a message waits.</summary>
    public Task ReadableAsync(CancellationToken cancel) => _socket.ReceiveAsync(new byte[1], SocketFlags.Peek, cancel).AsTask();

    /// <summary>Takes a message that waits.</summary>
    /// <returns>Its length; -1 if none waits.</returns>
    /// <exception cref="SocketException">The network is in trouble.</exception>
    public int Receive(Span<byte> buffer, out IPAddress source, out int hopLimit)
    {
        (source, hopLimit) = (IPAddress.IPv6Any, 0);
        const int controlBytes = 64;
        var control = stackalloc byte[controlBytes];
        SocketAddress from;
        fixed (byte* bytes = buffer)
        {
            var vector = new LinuxCalls.Vector { Start = bytes, Length = (nuint)buffer.Length };
            var message = new LinuxCalls.MessageHeader
            {
                Name = &from,
                NameLength = (uint)sizeof(SocketAddress),
                Vectors = &vector,
                VectorCount = 1,
                Control = control,
                ControlLength = controlBytes,
            };
            var length = LinuxCalls.Receive(_socket.SafeHandle, ref message, LinuxCalls.DoNotWait);
            if (length < 0)
                return Marshal.GetLastPInvokeError() is LinuxCalls.TryAgain or LinuxCalls.Interrupted
                    ? -1 : throw new SocketException(Marshal.GetLastPInvokeError());
            source = new IPAddress(new ReadOnlySpan<byte>(from.Address, 16));
            hopLimit = HopLimit(control, (int)message.ControlLength);
            return (int)length;
        }
    }

    /// <exception cref="SocketException">It could not be sent: the interface is down or gone, or its address is.</exception>
    public void Send(ReadOnlySpan<byte> message, IPAddress destination) => _socket.SendTo(message, SocketFlags.None, On(destination));

    public void Dispose() => _socket.Dispose();

    // RFC 3542 §3.2, as Linux has it: a bit that is set keeps messages of that type away.
    private static byte[] Filter()
    {
        var filter = new byte[32];
        filter.AsSpan().Fill(0xff);
        var words = MemoryMarshal.Cast<byte, uint>(filter.AsSpan());
        foreach (var type in new[] { NdpType.RouterSolicitation, NdpType.RouterAdvertisement })
            words[type / 32] &= ~(1u << (type % 32));
        return filter;
    }

    // It is the one thing that was asked for; another would stand behind it.
    private static int HopLimit(byte* control, int length)
    {
        var header = (LinuxCalls.ControlHeader*)control;
        var isThere = length >= sizeof(LinuxCalls.ControlHeader) + sizeof(int)
            && header->Level == SolIpv6 && header->Type == HopLimitControl;
        return isThere ? *(int*)(control + sizeof(LinuxCalls.ControlHeader)) : 0;
    }

    private void Set(int option, int value) =>
        _socket.SetRawSocketOption(SolIpv6, option, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));

    private IPEndPoint On(IPAddress address) => new(new IPAddress(address.GetAddressBytes(), _link.Index), 0);

    /// <summary>struct sockaddr_in6.</summary>
    private struct SocketAddress
    {
        public ushort Family;
        public ushort Port;
        public uint Flow;
        public fixed byte Address[16];
        public uint Scope;
    }
}
