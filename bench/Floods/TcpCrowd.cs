using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rackboot.Bench.Floods;

/// <summary>Very many TCP connections to one port, from many addresses of this host: every second one says nothing, the others send the
/// beginning of a request and then a byte now and then (slowloris). Those that the server ends are opened again. One thread looks after
/// all of them, so that the crowd costs the host that is measured little.</summary>
internal sealed partial class TcpCrowd(IPEndPoint server, int connections, IPAddress first, int addresses) : IFlood
{
    private const int OpenedEachSecond = 1000;
    private const int LookedAtEachTime = 24;
    private const int OneInSoManyDrips = 16;
    private const int InProgress = 115; // EINPROGRESS

    private static ReadOnlySpan<byte> Begun => "GET /boot.ipxe HTTP/1.1\r\nX-Slow: x"u8;

    private readonly Socket?[] _sockets = new Socket?[connections];
    private readonly bool[] _hasBegun = new bool[connections];
    private int _at;

    /// <param name="text"><c>PORT:CONNECTIONS:FIRST-ADDRESS:ADDRESSES</c>.</param>
    public static TcpCrowd Parse(IPAddress server, string text)
    {
        var parts = text.Split(':');
        return new TcpCrowd(new IPEndPoint(server, Number(parts[0])), Number(parts[1]), IPAddress.Parse(parts[2]), Number(parts[3]));
    }

    public async Task RunAsync(Counts counts, CancellationToken cancel)
    {
        var wasFull = false;
        await Pacing.RunAsync(OpenedEachSecond, _ =>
        {
            for (var looked = 0; looked < LookedAtEachTime; looked++)
            {
                var number = _at;
                _at = (_at + 1) % connections;
                if (_at == 0 && !wasFull)
                {
                    wasFull = true;
                    Console.WriteLine("all were opened");
                }

                if (_sockets[number] is { } socket && IsOpen(socket, number))
                    continue;
                if (_sockets[number] is { } ended)
                {
                    ended.Dispose();
                    counts.Add("ended by the server");
                }

                _sockets[number] = Open(number);
                _hasBegun[number] = false;
                counts.Add(_sockets[number] is null ? "not opened" : "opened");
                return;
            }
        }, cancel).ConfigureAwait(false);
        counts.Add("held at the end", Enumerable.Range(0, connections).Count(n => _sockets[n] is { } socket && IsOpen(socket, n)));
    }

    private bool IsOpen(Socket socket, int number)
    {
        Span<byte> said = stackalloc byte[512];
        var received = socket.Receive(said, SocketFlags.None, out var error);
        if (error is not (SocketError.Success or SocketError.WouldBlock) || (error == SocketError.Success && received == 0))
            return false;
        if (number % 2 == 0)
            return true;
        if (!_hasBegun[number])
        {
            socket.Send(Begun, SocketFlags.None, out error);
            _hasBegun[number] = error == SocketError.Success; // or it is not connected yet
        }
        else if (Random.Shared.Next(OneInSoManyDrips) == 0)
            socket.Send(Begun[^1..], SocketFlags.None, out _);

        return true;
    }

    // Straight from the C library: an exception for each connection that is not there at once would cost more than the connection.
    private Socket? Open(int number)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
        try
        {
            socket.Bind(new IPEndPoint(Address(number % addresses), 0));
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null; // its address has no free port
        }

        Span<byte> name = stackalloc byte[16]; // struct sockaddr_in
        BitConverter.TryWriteBytes(name, (ushort)AddressFamily.InterNetwork);
        BinaryPrimitives.WriteUInt16BigEndian(name[2..], (ushort)server.Port);
        server.Address.TryWriteBytes(name[4..], out _);
        if (Connect(socket.SafeHandle, name, name.Length) == 0 || Marshal.GetLastPInvokeError() == InProgress)
            return socket;
        socket.Dispose();
        return null;
    }

    private IPAddress Address(int number)
    {
        var bytes = first.GetAddressBytes();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, BinaryPrimitives.ReadUInt32BigEndian(bytes) + (uint)number);
        return new IPAddress(bytes);
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeHandle socket, ReadOnlySpan<byte> name, int length);
}
