using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Rackboot.Dhcp;

/// <summary>Finds the DHCP servers on a link: asks as a client and as a machine that boots, listens to what others are answered, and takes
/// up no offer. It sends and receives below the host's own IP, so a server on this host is not among them, and the interface needs no
/// address.</summary>
public static class ServerSearch
{
    private const int ServerPort = 67;
    private const int ClientPort = 68;
    private const int LookUpEvery = 200;

    // A server that probes an address first answers a second or two later (RFC 2131 §4.4.1 has clients wait 4 s before they ask again).
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(2);

    /// <summary>Asks and listens for <paramref name="patience"/>.</summary>
    /// <param name="on">Name of an Ethernet interface that is up.</param>
    /// <returns>The servers, in the order of their addresses.</returns>
    /// <exception cref="IOException">There is no such interface, it is down, or this process may not open packet sockets.</exception>
    public static Task<IReadOnlyList<FoundServer>> RunAsync(string on, TimeSpan patience, TimeProvider time, CancellationToken cancel) =>
        Task.Factory.StartNew(() => Run(on, patience, time, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static IReadOnlyList<FoundServer> Run(string on, TimeSpan patience, TimeProvider time, CancellationToken cancel)
    {
        var (index, hardware) = Look(on);
        using var socket = Open(on, index);
        var (found, message, packet) = (new Dictionary<IPAddress, FoundServer>(), new DhcpMessage(), new byte[2048]);
        var (started, asked) = (time.GetTimestamp(), -1);
        while (time.GetElapsedTime(started) is var passed && passed < patience)
        {
            cancel.ThrowIfCancellationRequested();
            if ((int)(passed / AskEvery) is var turn && turn > asked)
            {
                asked = turn;
                Ask(socket, index, on, Discover(hardware, asPxe: false));
                Ask(socket, index, on, Discover(hardware, asPxe: true));
            }

            if (Receive(socket, packet) is > 0 and var length && Read(packet.AsSpan(0, length), message) is { } server)
                found[server.Address] = found.TryGetValue(server.Address, out var known) ? Join(known, server) : server;
        }

        return [.. found.Values.OrderBy(s => DhcpMessage.ToNumber(s.Address))];
    }

    /// <summary>The server that a packet is from; null if it is no server's answer.</summary>
    internal static FoundServer? Read(ReadOnlySpan<byte> packet, DhcpMessage message)
    {
        if (IpHeaders.MessageFrom(packet, ServerPort, out var source) is not { IsEmpty: false } bytes
            || !DhcpMessage.TryParse(bytes, message, out _) || message.Op != 2
            || message.Type is not (DhcpMessageType.Offer or DhcpMessageType.Ack))
            return null;
        var address = message.AddressOption(DhcpOption.ServerIdentifier) is > 0 and var id ? DhcpMessage.ToAddress(id) : source;
        var file = message.Has(DhcpOption.BootFileName) ? message.Option(DhcpOption.BootFileName) : message.File;
        return new FoundServer(address, message.YourAddress == 0 ? null : DhcpMessage.ToAddress(message.YourAddress), Printable(file));
    }

    private static FoundServer Join(FoundServer one, FoundServer other) =>
        one with { Offered = one.Offered ?? other.Offered, BootFile = one.BootFile ?? other.BootFile };

    private static string? Printable(ReadOnlySpan<byte> text)
    {
        var ascii = new string([.. Encoding.ASCII.GetString(text).TrimEnd('\0').Where(c => c is > ' ' and < '\x7f')]);
        return ascii.Length == 0 ? null : ascii;
    }

    private static byte[] Discover(ReadOnlySpan<byte> hardware, bool asPxe)
    {
        Span<byte> message = stackalloc byte[548];
        var writer = new DhcpWriter(message, hardware, BitConverter.ToUInt32(RandomNumberGenerator.GetBytes(4)));
        writer.Option(DhcpOption.MessageType, (byte)DhcpMessageType.Discover);
        writer.Option(DhcpOption.ParameterRequestList, [1, 3, 6, 51, 54, 60, 66, 67]);
        if (asPxe)
        {
            // What makes ProxyDHCP servers answer: RFC 4578 §2, as UEFI on x86-64 sends it.
            writer.Option(DhcpOption.VendorClass, "PXEClient:Arch:00007:UNDI:003016");
            writer.Option(DhcpOption.ClientArchitecture, [0, 7]);
            writer.Option(DhcpOption.ClientUuid, [0, .. hardware, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        }

        var length = writer.End();
        var frame = new byte[IpHeaders.Length + length];
        IpHeaders.Write(frame, new IPEndPoint(IPAddress.Any, ClientPort), new IPEndPoint(IPAddress.Broadcast, ServerPort), 1);
        message[..length].CopyTo(frame.AsSpan(IpHeaders.Length));
        return frame;
    }

    private static (int Index, byte[] HardwareAddress) Look(string on)
    {
        try
        {
            var directory = Path.Combine("/sys/class/net", Path.GetFileName(on));
            var index = int.Parse(File.ReadAllText(Path.Combine(directory, "ifindex")), CultureInfo.InvariantCulture);
            var hardware = Convert.FromHexString(File.ReadAllText(Path.Combine(directory, "address")).Trim().Replace(":", "",
                StringComparison.Ordinal));
            return hardware.Length == 6 ? (index, hardware) : throw new IOException($"{on} is not an Ethernet interface");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or FormatException)
        {
            throw new IOException($"this host has no network interface {on}", e);
        }
    }

    private static Socket Open(string on, int index)
    {
        try
        {
            var socket = new Socket(AddressFamily.Packet, SocketType.Dgram, PacketAddress.Protocol(PacketAddress.EtherTypeIp))
            {
                ReceiveTimeout = LookUpEvery,
            };
            socket.Bind(new PacketAddress(index, PacketAddress.EtherTypeIp, default));
            return socket;
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AccessDenied or SocketError.OperationNotSupported)
        {
            throw new IOException($"searching for DHCP servers on {on} needs root or CAP_NET_RAW", e);
        }
    }

    private static void Ask(Socket socket, int index, string on, byte[] frame)
    {
        try
        {
            socket.SendTo(frame, SocketFlags.None, new PacketAddress(index, PacketAddress.EtherTypeIp,
                new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }));
        }
        catch (SocketException e)
        {
            throw new IOException($"cannot send on {on} ({e.Message}); bring it up: ip link set {on} up", e);
        }
    }

    private static int Receive(Socket socket, byte[] packet)
    {
        try
        {
            return socket.Receive(packet);
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.TimedOut or SocketError.WouldBlock or SocketError.NetworkDown)
        {
            return 0;
        }
    }
}
