using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Rackboot.Lab.Network;

/// <summary>Sockets of this process that are in another network namespace than the process.</summary>
internal static partial class InNamespace
{
    // linux/sched.h
    private const int CloneNewNet = 0x40000000;

    /// <summary>Listens on TCP in the namespace <paramref name="name"/>. A socket belongs to the namespace that its thread was in when it
    /// was made (network_namespaces(7)), so a thread of its own goes there, and ends.</summary>
    public static Socket Listen(string name, IPEndPoint endPoint)
    {
        Socket? listener = null;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var there = File.OpenHandle($"/run/netns/{name}");
                if (SetNs((int)there.DangerousGetHandle(), CloneNewNet) != 0)
                    throw new SocketException(Marshal.GetLastPInvokeError());
                listener = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                listener.Bind(endPoint);
                listener.Listen();
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        if (failure is null)
            return listener!;
        listener?.Dispose();
        throw new LabException($"no listening on {endPoint} in network namespace {name}: {failure.Message}");
    }

    [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
    private static partial int SetNs(int descriptor, int kind);
}
