using System.Net;
using System.Net.Sockets;
using Rackboot.Tftp.Transport;

namespace Rackboot.Tftp;

/// <summary>A read-only TFTP server (RFC 1350) with options (RFC 2347, 2348, 2349) and windows (RFC 7440).</summary>
public sealed class TftpServer(TftpServerOptions options, ITftpFiles files, ITftpObserver observer, TimeProvider time)
{
    private const int MostLoops = 4;

    private readonly TaskCompletionSource<IPEndPoint> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes with the address that it listens on (the first interface's, where there are several).</summary>
    public Task<IPEndPoint> Ready => _ready.Task;

    /// <summary>Serves until cancelled; transfers under way then get a few seconds to end.</summary>
    /// <exception cref="IOException">The port cannot be opened.</exception>
    public async Task RunAsync(CancellationToken cancel)
    {
        var count = options.Loops > 0 ? options.Loops : Math.Clamp(Environment.ProcessorCount, 1, MostLoops);
        var doors = Enumerable.Range(0, count).Select(_ => new List<Door>()).ToList();
        var loops = new List<TransferLoop>();
        using var underWay = new CountdownEvent(count);
        try
        {
            try
            {
                foreach (var of in doors)
                    OpenDoors(of, doors[0]);
                var clock = new LoopClock(time);
                foreach (var of in doors)
                    loops.Add(new TransferLoop(of, underWay, options, files, observer, clock));
                _ready.SetResult((IPEndPoint)doors[0][0].Listening.Socket.LocalEndPoint!);
            }
            catch (Exception e)
            {
                _ready.SetException(e);
                throw;
            }

            for (var i = 0; i < count; i++)
                loops[i].Start($"tftp {i + 1}");
            using (cancel.Register(() => loops.ForEach(l => l.Stop())))
                await Task.WhenAny(loops.Select(l => l.Ended)).ConfigureAwait(false);
            loops.ForEach(l => l.Stop()); // where one failed, the others end with it
            await Task.WhenAll(loops.Select(l => l.Ended)).ConfigureAwait(false);
        }
        finally
        {
            foreach (var loop in loops)
                loop.Dispose();
            foreach (var door in doors.SelectMany(of => of))
                door.Dispose();
        }
    }

    private void OpenDoors(List<Door> doors, List<Door> first)
    {
        var names = options.Interfaces.DefaultIfEmpty<string?>(null).ToList();
        for (var i = 0; i < names.Count; i++)
        {
            try
            {
                var port = ReferenceEquals(doors, first) ? null : first[i].Listening;
                doors.Add(new Door(i, port, names[i], new IPEndPoint(options.ListenAddress, options.Port), options.SinglePort));
            }
            catch (SocketException e)
            {
                var where = names[i] is { } name ? $" on {name}" : "";
                var remedy = $"find the program that uses it with: ss -lunp sport = :{options.Port}";
                throw new IOException($"cannot open UDP port {options.Port}{where} for TFTP: {e.Message}; {remedy}", e);
            }
        }
    }
}
