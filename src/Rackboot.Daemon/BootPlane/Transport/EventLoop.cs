using System.Collections.Concurrent;
using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>A thread that waits for many connections at once and answers their requests (epoll(7), edge-triggered). It runs only boot
/// connections, so they continue when everything else is busy; its code may wait only for memory
/// and disk.</summary>
internal sealed unsafe class EventLoop : IDisposable
{
    private const int Most = 64;
    private const long End = 0;

    private readonly SafeFileHandle _epoll;
    private readonly AnonymousPipeServerStream _end = new(PipeDirection.Out);
    private readonly ConcurrentDictionary<long, EventConnection> _connections = [];
    private readonly ILogger _log;
    private readonly Thread _thread;
    private long _last = End;

    public EventLoop(string name, ILogger log)
    {
        _log = log;
        _epoll = new SafeFileHandle(Checked(EpollCreate()), ownsHandle: true);
        Add(_end.ClientSafePipeHandle, End, EpollIn);
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
            Add(socket, id, EpollIn | EpollOut | EpollReadHangUp | EpollEdgeTriggered);
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

    private void Add(SafeHandle file, long id, int events)
    {
        var what = stackalloc byte[EpollEventBytes];
        Unsafe.WriteUnaligned(what, events);
        Unsafe.WriteUnaligned(what + EpollDataOffset, id);
        Checked(EpollControl(_epoll, EpollAdd, file, what));
    }

    private void Run()
    {
        var events = stackalloc byte[Most * EpollEventBytes];
        while (true)
        {
            var count = EpollWait(_epoll, events, Most, milliseconds: -1);
            if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
                Checked(count);
            for (var i = 0; i < count; i++)
            {
                var at = events + i * EpollEventBytes;
                var id = Unsafe.ReadUnaligned<long>(at + EpollDataOffset);
                if (id == End)
                    return;
                if (_connections.TryGetValue(id, out var connection)) // or it ended in this very round
                    Tell(connection, Unsafe.ReadUnaligned<int>(at));
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

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
