using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.Storm.Hall;

/// <summary>Makes sockets in a namespace, thousands of them: one thread goes there and stays, since a socket belongs to the namespace of
/// the thread that makes it, and any thread can use it afterwards.</summary>
internal sealed class HallSockets : IDisposable
{
    private readonly BlockingCollection<Action> _orders = [];
    private readonly string _name;

    public HallSockets(string name)
    {
        _name = name;
        InNamespace.StartThread(name, () =>
        {
            foreach (var order in _orders.GetConsumingEnumerable())
                order();
        }, _ => _orders.CompleteAdding());
    }

    /// <summary>A TCP connection from a machine's own address.</summary>
    /// <param name="buffer">What the kernel takes and acknowledges before it is read; null: what the kernel thinks right.</param>
    public async Task<Socket> ConnectAsync(IPAddress own, IPEndPoint server, CancellationToken cancel, int? buffer = null)
    {
        var socket = await OpenAsync(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (buffer is { } bytes)
                socket.ReceiveBufferSize = bytes;
            socket.NoDelay = true;
            socket.Bind(new IPEndPoint(own, 0));
            await socket.ConnectAsync(server, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>A UDP socket at an address of the hall.</summary>
    public async Task<Socket> BindAsync(IPEndPoint own)
    {
        var socket = await OpenAsync(SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(own);
        return socket;
    }

    public void Dispose() => _orders.CompleteAdding();

    private Task<Socket> OpenAsync(SocketType type, ProtocolType protocol)
    {
        var made = new TaskCompletionSource<Socket>(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            _orders.Add(() =>
            {
                try
                {
                    made.SetResult(new Socket(AddressFamily.InterNetwork, type, protocol));
                }
                catch (SocketException e)
                {
                    made.SetException(e);
                }
            });
        }
        catch (InvalidOperationException)
        {
            throw new LabException($"network namespace {_name} is gone");
        }

        return made.Task;
    }
}
