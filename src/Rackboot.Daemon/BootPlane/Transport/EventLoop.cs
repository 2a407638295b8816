using System.Collections.Concurrent;
using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Rackboot.Linux;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A thread that waits for many connections at once and answers their requests (epoll(7), edge-triggered). It runs only boot
/// connections, so they continue when everything else is busy; its code may wait only for memory
/// and disk.</summary>
internal sealed class EventLoop : IDisposable
{
    private const int Most = 64;
    private const long End = 0;

    private readonly Epoll _epoll = new(Most);
    private readonly AnonymousPipeServerStream _end = new(PipeDirection.Out);
    private readonly ConcurrentDictionary<long, EventConnection> _connections = [];
    private readonly ILogger _log;
    private readonly Thread _thread;
    private long _last = End;

    public EventLoop(string name, ILogger log)
    {
        _log = log;
        _epoll.Watch(_end.ClientSafePipeHandle, End, EpollIn);
        _thread = new Thread(Run) { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <summary>From now on informs <paramref name="connection"/> of the events of <paramref name="socket"/>.</summary>
    /// <returns>What <see cref="Remove"/> takes.</returns>
    /// <exception cref="Win32Exception">The kernel watches no more sockets.</exception>
    public long Add(SafeHandle socket, EventConnection connection)
    {
        var id = Interlocked.Increment(ref _last);
        _connections[id] = connection;
        try
        {
            _epoll.Watch(socket, id, EpollIn | EpollOut | EpollReadHangUp | EpollEdgeTriggered);
            return id;
        }
        catch (Win32Exception)
        {
            Remove(id);
            throw;
        }
    }

    /// <summary>Forgets a connection; Linux forgets its socket when that is closed.</summary>
    public void Remove(long id) => _connections.TryRemove(id, out _);

    /// <summary>Reports a connection that failed with a bug of ours.</summary>
    public void Report(Exception fault) => _log.LogError(fault, "A boot connection failed with an internal error");

    public void Dispose()
    {
        _end.Dispose();
        _thread.Join();
        _end.ClientSafePipeHandle.Dispose();
        _epoll.Dispose();
    }

    private void Run()
    {
        while (true)
        {
            var count = _epoll.Wait(milliseconds: -1);
            for (var i = 0; i < count; i++)
            {
                var id = _epoll.Id(i);
                if (id == End)
                    return;
                if (_connections.TryGetValue(id, out var connection)) // or it ended in this very round
                    Tell(connection, _epoll.Events(i));
            }
        }
    }

    private void Tell(EventConnection connection, int events)
    {
        try
        {
            connection.Ready(events);
        }
        catch (Exception e)
        {
            Report(e);
            connection.Abort();
        }
    }
}
