using System.Net.Sockets;

namespace Rackboot.Daemon.Tests.Api;

/// <summary>The API's socket, for tests that look at an answer as it is on the wire.</summary>
internal static class ApiSocket
{
    public static HttpClient Open(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancel) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
            return new NetworkStream(socket, ownsSocket: true);
        },
    }) { BaseAddress = new Uri("http://rackboot") };
}
