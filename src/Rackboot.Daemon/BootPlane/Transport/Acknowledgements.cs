using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Counts a connection's unacknowledged bytes. It has its own descriptor, because the connection may be closed before its last
/// bytes arrive.</summary>
internal sealed unsafe class Acknowledgements : IDisposable
{
    // <netinet/tcp.h>: level, option, and the states of RFC 9293 §3.3.2 as the kernel counts them.
    private const int Tcp = 6, TcpInfo = 11, Closed = 7;

    private readonly SafeFileHandle _socket;

    public Acknowledgements(SafeHandle socket)
    {
        var descriptor = LinuxCalls.FileControl(socket, LinuxCalls.DuplicateCloseOnExec, 0);
        _socket = descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Bytes that the client has not acknowledged. The end of the connection is counted as one.</summary>
    public long Waiting
    {
        get
        {
            var waiting = 0;
            return LinuxCalls.Control(_socket, LinuxCalls.OutputQueue, (byte*)&waiting) == 0 ? waiting : 0;
        }
    }

    /// <summary>The connection is gone: nothing more will be acknowledged.</summary>
    public bool IsOver
    {
        get
        {
            byte state = 0;
            var length = 1;
            return LinuxCalls.SocketOption(_socket, Tcp, TcpInfo, &state, &length) != 0 || state == Closed;
        }
    }

    public void Dispose() => _socket.Dispose();
}
