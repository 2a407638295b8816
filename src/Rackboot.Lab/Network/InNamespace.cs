using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rackboot.Lab.Network;

/// <summary>Sockets of this process that are in another network namespace than the process.</summary>
internal static partial class InNamespace
{
    // linux/sched.h
    private const int CloneNewNet = 0x40000000;

    /// <summary>Listens on TCP in the namespace <paramref name="name"/>.</summary>
    public static Socket Listen(string name, IPEndPoint endPoint)
    {
        Socket? listener = null;
        try
        {
            listener = Open(name, endPoint.AddressFamily);
            listener.Bind(endPoint);
            listener.Listen();
            return listener;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            listener?.Dispose();
            throw new LabException($"no listening on {endPoint} in network namespace {name}: {e.Message}");
        }
    }

    /// <summary>Connects by TCP in the namespace <paramref name="name"/>.</summary>
    /// <exception cref="SocketException">Nothing answers there.</exception>
    public static async Task<Socket> ConnectAsync(string name, IPEndPoint endPoint, CancellationToken cancel)
    {
        var socket = Open(name, endPoint.AddressFamily);
        try
        {
            await socket.ConnectAsync(endPoint, cancel);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Another handle of the same socket.</summary>
    public static nint Duplicate(Socket socket) => Dup((int)socket.Handle) is >= 0 and var handle
        ? handle
        : throw new LabException($"a socket cannot be had twice: {Marshal.GetLastPInvokeErrorMessage()}");

    /// <summary>Starts a thread that is in the namespace <paramref name="name"/>; its sockets belong there
    /// (network_namespaces(7)).</summary>
    /// <param name="failed">Is told why it could not go there, or what <paramref name="run"/> threw.</param>
    public static Thread StartThread(string name, Action run, Action<Exception> failed)
    {
        var thread = new Thread(() =>
        {
            try
            {
                using (var there = File.OpenHandle($"/run/netns/{name}"))
                    if (SetNs((int)there.DangerousGetHandle(), CloneNewNet) != 0)
                        throw new SocketException(Marshal.GetLastPInvokeError());
                run();
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                failed(e);
            }
        }) { IsBackground = true };
        thread.Start();
        return thread;
    }

    // A thread of its own goes there, and ends.
    private static Socket Open(string name, AddressFamily family)
    {
        Socket? made = null;
        Exception? failure = null;
        StartThread(name, () => made = new Socket(family, SocketType.Stream, ProtocolType.Tcp), e => failure = e).Join();
        return made ?? throw failure!;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Dup(int descriptor);
}
