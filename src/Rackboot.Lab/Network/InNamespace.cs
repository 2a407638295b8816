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

    // A socket belongs to the namespace that its thread was in when it was made (network_namespaces(7)), so a thread of its own goes there,
    // and ends.
    private static Socket Open(string name, AddressFamily family)
    {
        Socket? made = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/run/netns/{name}");
                if (SetNs((int)there.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new SocketException(Marshal.GetLastPInvokeError());
                made = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return made ?? throw failure!;
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int descriptor, int kind);

    [LibraryImport("libc", EntryPoint = "dup", SetLastError = true)]
    private static partial int Dup(int descriptor);
}
