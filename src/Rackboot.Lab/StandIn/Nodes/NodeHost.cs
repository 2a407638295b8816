using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rackboot.Lab.Network;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>Answers for the machines of a virtual rack that booted the stand-in: each opens a line here and gets a Talos node, whose API
/// and events go over the machine's own address (StandIn/init.sh). From here machines also get the image for their disks.</summary>
public sealed class NodeHost : IAsyncDisposable
{
    // Both stand in init.sh, too.
    private const int Port = 50080;
    private const int EventPort = 4515;

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Guid, Task<TalosNode>> _nodes = new();
    private readonly ConcurrentDictionary<Task, bool> _serving = new();
    private readonly StandInRack _rack = new(TimeProvider.System);
    private readonly string _network;
    private readonly IPAddress _address;
    private readonly FileInfo _disk;
    private readonly Socket _listener;
    private readonly Task _accepting;

    /// <param name="network">The network namespace of the rack.</param>
    /// <param name="address">Where it answers in there: the address from which the rack's machines get theirs.</param>
    /// <param name="disk">The image that machines install.</param>
    public NodeHost(string network, IPAddress address, string disk)
    {
        (_network, _address, _disk) = (network, address, new FileInfo(disk));
        _listener = InNamespace.Listen(network, new IPEndPoint(address, Port));
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_serving.Keys);
        await _rack.DisposeAsync();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
            try
            {
                var serving = ServeAsync(await _listener.AcceptAsync(_end.Token));
                _serving[serving] = true;
                _ = serving.ContinueWith(done => _serving.TryRemove(done, out _), TaskScheduler.Default);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The rack ends, or a machine went away while it called.
            }
    }

    private async Task ServeAsync(Socket machine)
    {
        using (machine)
            try
            {
                // A machine that loses its power says nothing.
                machine.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
                machine.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 2);
                machine.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 1);
                machine.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
                await using var stream = new NetworkStream(machine);
                using var reader = new StreamReader(stream);
                await using var writer = new StreamWriter(stream) { AutoFlush = true };
                switch (await reader.ReadLineAsync(_end.Token))
                {
                    case "image":
                        await machine.SendFileAsync(_disk.FullName, _end.Token);
                        break;
                    case { } hello when hello.StartsWith("node ", StringComparison.Ordinal):
                        var line = new MachineLine(hello, ((IPEndPoint)machine.RemoteEndPoint!).Address, _disk.Length);
                        await AnswerForAsync(line, reader, writer);
                        break;
                }
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or FormatException)
            {
                // It disconnected, or is not one of our machines.
            }
    }

    private async Task AnswerForAsync(MachineLine line, StreamReader reader, StreamWriter writer)
    {
        var node = await _nodes.GetOrAdd(line.Uuid, _ => AddAsync(line));
        await writer.WriteLineAsync($"api {node.Endpoint.Port}");
        node.MachineStarted(line);
        try
        {
            await line.RunAsync(reader, writer, () => _ = node.Stage, _end.Token);
        }
        finally
        {
            node.MachineEnded(line);
        }
    }

    private Task<TalosNode> AddAsync(MachineLine line) => _rack.AddAsync(
        new TalosNodeOptions
        {
            Listen = new IPEndPoint(_address, 0),
            Machine = new NodeMachine(_network, line.Address),
            Version = StandInImage.Version,
            Uuid = line.Uuid,
            Disks = ["/dev/vda"],
            EventSink = new Uri($"http://{line.Address}:{EventPort}/"),
        },
        _end.Token);
}
