using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Rackboot.Linux;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Talos;

/// <summary>Says which of many sockets have something to read (epoll(7), level-triggered). For one thread; <see cref="End"/> is for
/// any.</summary>
internal sealed class SocketWatch : IDisposable
{
    private const int Most = 1024;
    private const long Ended = 0;

    private readonly Epoll _epoll = new(Most);
    private readonly AnonymousPipeServerStream _end = new(PipeDirection.Out);

    public SocketWatch() => Add(_end.ClientSafePipeHandle, Ended);

    /// <summary>Watches <paramref name="socket"/> from now on, until it is closed.</summary>
    /// <param name="id">What <see cref="Wait"/> calls it; not 0.</param>
    /// <exception cref="Win32Exception">The kernel watches no more sockets.</exception>
    public void Add(SafeHandle socket, long id) => _epoll.Watch(socket, id, EpollIn);

    /// <summary>Waits for at most <paramref name="limit"/> until something can be read.</summary>
    /// <param name="ready">Takes the ids.</param>
    /// <returns>False once <see cref="End"/> was called.</returns>
    public bool Wait(List<long> ready, TimeSpan limit)
    {
        ready.Clear();
        var count = _epoll.Wait((int)limit.TotalMilliseconds);
        for (var i = 0; i < count; i++)
            ready.Add(_epoll.Id(i));
        return !ready.Contains(Ended);
    }

    /// <summary>Ends the wait, now or when it begins.</summary>
    public void End() => _end.WriteByte(0);

    public void Dispose()
    {
        _end.Dispose();
        _epoll.Dispose();
    }
}
