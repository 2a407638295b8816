using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Rackboot.Linux;
using Rackboot.Tftp.Transport;
using static Rackboot.Linux.LinuxCalls;

namespace Rackboot.Tftp;

/// <summary>A thread that serves many transfers at once (epoll(7)). It shares nothing with other loops, so nothing in it takes a lock;
/// and nothing in it may wait for anything but memory: files are read on other threads (<see cref="DiskReader"/>).</summary>
internal sealed class TransferLoop : IDisposable
{
    private const int MostEvents = 64;
    private const int WakeUp = -1;

    // Windows of many transfers take a while to send: who asks meanwhile is answered in between.
    private static readonly TimeSpan MostWaitAtDoor = TimeSpan.FromMilliseconds(5);

    private static readonly TimeSpan ShortWait = TimeSpan.FromMicroseconds(100);
    private static readonly TimeSpan MostSpinning = TimeSpan.FromMicroseconds(50);

    private readonly Epoll _epoll = new(MostEvents);
    private readonly SafeFileHandle _wakeUp;
    private readonly List<UdpPort> _ports = [];
    private readonly IReadOnlyList<Door> _doors;
    private readonly Inbox _inbox = new();
    private readonly Outbox _outbox;
    private readonly TransferDesk _desk;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _lookedAtDoors;
    private TimeSpan _lastWait = TimeSpan.MaxValue;
    private readonly CountdownEvent _underWay;
    private volatile bool _stopping;
    private bool _saidItHasEnded;

    /// <param name="underWay">Counts the loops that have not ended.</param>
    public TransferLoop(
        IReadOnlyList<Door> doors,
        CountdownEvent underWay,
        TftpServerOptions options,
        ITftpFiles files,
        ITftpObserver observer,
        LoopClock clock)
    {
        (_doors, _underWay, _outbox) = (doors, underWay, new Outbox(WakeFromDisk));
        _desk = new TransferDesk(options, underWay.InitialCount, files, observer, clock, _outbox);
        _wakeUp = new SafeFileHandle(Checked(EventFile()), ownsHandle: true);
        _epoll.Watch(_wakeUp, WakeUp, EpollIn | EpollEdgeTriggered);
        foreach (var port in doors.SelectMany(d => d.Ports))
        {
            _epoll.Watch(port.Socket.SafeHandle, _ports.Count, EpollIn);
            _ports.Add(port);
        }
    }

    /// <summary>Completes when the loop has ended; the transfers have by then.</summary>
    public Task Ended => _ended.Task;

    public void Start(string name) => new Thread(Run) { Name = name, IsBackground = true }.Start();

    /// <summary>Begins nothing more, and ends when the transfers under way have, or after a few seconds.</summary>
    public void Stop()
    {
        _stopping = true;
        Write(_wakeUp, 1, sizeof(ulong));
    }

    // The reading may outlast the loop.
    private void WakeFromDisk()
    {
        try
        {
            Write(_wakeUp, 1, sizeof(ulong));
        }
        catch (ObjectDisposedException)
        {
            // It has ended.
        }
    }

    public void Dispose()
    {
        _epoll.Dispose();
        _wakeUp.Dispose();
        _inbox.Dispose();
        _outbox.Dispose();
    }

    private void Run()
    {
        try
        {
            while (!_stopping || !AllHaveEnded())
            {
                var count = Wait();
                for (var i = 0; i < count; i++)
                    Serve((int)_epoll.Id(i), _epoll.Events(i));
                _desk.SendAgain();
            }

            _ended.SetResult();
        }
        catch (Exception e)
        {
            SayThatThisHasEnded();
            _ended.SetException(e);
        }
    }

    // A lock-step client answers in less time than it takes to fall asleep and be woken, which is half of what such a block costs: as
    // long as the answers come so soon, the loop looks for them and does not sleep. It yields to other threads that want the core.
    private int Wait()
    {
        var begin = Stopwatch.GetTimestamp();
        while (_lastWait <= ShortWait && Stopwatch.GetElapsedTime(begin) <= MostSpinning)
        {
            if (_epoll.Wait(0) is not 0 and var found)
            {
                _lastWait = TimeSpan.Zero;
                return found;
            }

            Thread.Yield();
        }

        var count = _epoll.Wait(_desk.IsIdle && !_stopping ? -1 : (int)DeadlineWheel.Tick.TotalMilliseconds);
        _lastWait = Stopwatch.GetElapsedTime(begin);
        return count;
    }

    // A loop with nothing under way stays as long as another has: who asks it is counted, and not left in its socket.
    private bool AllHaveEnded()
    {
        if (!_saidItHasEnded && _desk.HasEnded())
            SayThatThisHasEnded();
        return _underWay.IsSet;
    }

    private void SayThatThisHasEnded()
    {
        if (!_saidItHasEnded)
            _underWay.Signal();
        _saidItHasEnded = true;
    }

    private void Serve(int index, int events)
    {
        if (index == WakeUp)
        {
            _desk.Look();
            _desk.GoOnReading();
            return;
        }

        var port = _ports[index];
        if ((events & EpollOut) != 0)
            Resume(port, index);
        Receive(port);
        if (port.Waiting.Count > 0)
            _epoll.Change(port.Socket.SafeHandle, index, EpollIn | EpollOut);
        if (_desk.Look() - _lookedAtDoors < MostWaitAtDoor)
            return;
        foreach (var door in _doors)
            Receive(door.Listening);
        _lookedAtDoors = _desk.Look();
    }

    private void Receive(UdpPort port)
    {
        var count = _inbox.Receive(port.Socket);
        _desk.Look();
        for (var i = 0; i < count; i++)
            _desk.Take(port, _inbox.Packet(i), _inbox.From(i, out var broadcast), broadcast);
        _desk.Flush();
    }

    // There is room in the send buffer again: the transfers that wait go on with their windows, in turn, until it is full.
    private void Resume(UdpPort port, int index)
    {
        for (var waiting = port.Waiting.Count; waiting > 0 && port.Waiting.Count >= waiting; waiting--)
        {
            _desk.Continue(port.Waiting.Dequeue());
            _desk.Flush();
        }

        if (port.Waiting.Count == 0)
            _epoll.Change(port.Socket.SafeHandle, index, EpollIn);
    }

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());
}
