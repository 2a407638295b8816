using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Rackboot.Lab.Network;
using Rackboot.Lab.Storm.Boot;
using Rackboot.Lab.Storm.Hall;

namespace Rackboot.Lab.Storm.Tftp;

/// <summary>The TFTP of all machines of a hall: one thread and one socket, many packets a system call.</summary>
internal sealed class TftpClients : IDisposable
{
    // A new download begins that much later at the most where nothing else arrives.
    private const int LookMilliseconds = 2;

    private readonly ConcurrentQueue<(uint Address, TftpOrder Order, double LossPercent, TaskCompletionSource Over)> _new = [];
    private readonly Dictionary<int, TftpDownload> _running = [];
    private readonly Dictionary<int, double> _loss = [];
    private readonly TftpTally _tally = new();
    private readonly Random _luck = new(1);
    private readonly uint _first;
    private readonly IPAddress _server;
    private volatile bool _over;

    public TftpClients(string networkNamespace, IPNetwork machines, IPAddress server)
    {
        (_first, _server) = (Frame.Number(machines.BaseAddress), server);
        InNamespace.StartThread(networkNamespace, Serve, _ => _over = true);
    }

    /// <summary>How many packets had to be sent again.</summary>
    public long Repeated => _tally.Repeated;

    /// <summary>Downloads a file to a machine's address.</summary>
    /// <exception cref="BootException">It did not arrive, or not as it should be.</exception>
    public Task DownloadAsync(IPAddress own, TftpOrder order, double lossPercent, CancellationToken cancel)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _new.Enqueue((Frame.Number(own), order, lossPercent, over));
        return over.Task.WaitAsync(cancel);
    }

    public void Dispose() => _over = true;

    private void Serve()
    {
        using var sockets = new ClientSockets(
            new IPEndPoint(_server, 69), Frame.Address(_first),
            client => _loss.TryGetValue(client, out var percent) && _luck.NextDouble() * 100 < percent);
        var looked = Stopwatch.GetTimestamp();
        while (!_over)
        {
            while (_new.TryDequeue(out var next))
                Begin(next.Address, next.Order, next.LossPercent, next.Over, sockets);
            sockets.Flush();
            sockets.Receive(LookMilliseconds, (client, packet, from) =>
            {
                if (_running.TryGetValue(client, out var download))
                    download.Take(packet, from, Stopwatch.GetTimestamp(), sockets);
            });
            var now = Stopwatch.GetTimestamp();
            if (now - looked < Stopwatch.Frequency / 20)
                continue;
            looked = now;
            foreach (var download in _running.Values.ToList())
                download.Tick(now, sockets);
            sockets.Flush();
        }
    }

    private void Begin(uint address, TftpOrder order, double lossPercent, TaskCompletionSource over, ClientSockets sockets)
    {
        var client = (int)(address - _first);
        if (lossPercent > 0)
            _loss[client] = lossPercent;
        var download = _running[client] = new TftpDownload(order, client, _tally, why =>
        {
            _running.Remove(client);
            _loss.Remove(client);
            if (why is null)
                over.SetResult();
            else
                over.SetException(new BootException($"TFTP of {order.File}: {why}"));
        });
        download.Begin(Stopwatch.GetTimestamp(), sockets);
    }
}
