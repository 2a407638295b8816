using System.ComponentModel;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Talos;

/// <summary>Says which of many sockets have something to read (epoll(7), level-triggered). For one thread; <see cref="End"/> is for
/// any.</summary>
internal sealed unsafe class SocketWatch : IDisposable
{
    private const int Most = 1024;
    private const long Ended = 0;

    private readonly SafeFileHandle _epoll;
    private readonly AnonymousPipeServerStream _end = new(PipeDirection.Out);
    private readonly byte[] _events = new byte[Most * EpollEventBytes];

    public SocketWatch()
    {
        var descriptor = EpollCreate();
        _epoll = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
        Add(_end.ClientSafePipeHandle, Ended);
    }

    /// <summary>Watches <paramref name="socket"/> from now on, until it is closed.</summary>
    /// <param name="id">What <see cref="Wait"/> calls it; not 0.</param>
    /// <exception cref="Win32Exception">The kernel watches no more sockets.</exception>
    public void Add(SafeHandle socket, long id)
    {
        Span<byte> what = stackalloc byte[EpollEventBytes];
        BitConverter.TryWriteBytes(what, EpollIn);
        BitConverter.TryWriteBytes(what[EpollDataOffset..], id);
        fixed (byte* start = what)
            if (EpollControl(_epoll, EpollAdd, socket, start) < 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for at most <paramref name="limit"/> until something can be read.</summary>
    /// <param name="ready">Takes the ids.</param>
    /// <returns>False once <see cref="End"/> was called.</returns>
    public bool Wait(List<long> ready, TimeSpan limit)
    {
        ready.Clear();
        int count;
        fixed (byte* events = _events)
            count = EpollWait(_epoll, events, Most, (int)limit.TotalMilliseconds);
        if (count < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        for (var i = 0; i < count; i++)
            ready.Add(BitConverter.ToInt64(_events, i * EpollEventBytes + EpollDataOffset));
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
