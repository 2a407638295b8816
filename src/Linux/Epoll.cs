using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Linux;

// Waits for many files at once (epoll(7)). One thread waits and looks at what it found; any thread may watch more files. Linux forgets a
// file when it is closed. Failures are a Win32Exception.
internal sealed unsafe class Epoll : IDisposable
{
    // <linux/eventpoll.h>: struct epoll_event is packed on x86-64, and on nothing else. It has the events, and the id behind them.
    private static readonly int IdOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EventBytes = IdOffset + sizeof(long);

    private readonly int _most;
    private readonly SafeFileHandle _file = new(Checked(EpollCreate()), ownsHandle: true);
    private readonly PinnedRoom<byte> _room;
    private readonly byte* _events; // in that room

    public Epoll(int most)
    {
        _most = most;
        _room = new PinnedRoom<byte>(most * EventBytes);
        _events = _room.Start;
    }

    // Id is what the file is called by.
    public void Watch(SafeHandle file, long id, int events) => Control(EpollAdd, file, id, events);

    public void Change(SafeHandle file, long id, int events) => Control(EpollModify, file, id, events);

    // How many files have something to tell; 0 when the time is over, or a signal came. Without end: -1.
    public int Wait(int milliseconds) =>
        EpollWait(_file, _events, _most, milliseconds) is >= 0 and var count ? count
        : Marshal.GetLastPInvokeError() == Interrupted ? 0
        : throw new Win32Exception(Marshal.GetLastPInvokeError());

    // Of those that the last wait found.
    public long Id(int index) => Unsafe.ReadUnaligned<long>(_events + index * EventBytes + IdOffset);

    public int Events(int index) => Unsafe.ReadUnaligned<int>(_events + index * EventBytes);

    public void Dispose() => _file.Dispose();

    private void Control(int operation, SafeHandle file, long id, int events)
    {
        var what = stackalloc byte[EventBytes];
        Unsafe.WriteUnaligned(what, events);
        Unsafe.WriteUnaligned(what + IdOffset, id);
        Checked(EpollControl(_file, operation, file, what));
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
