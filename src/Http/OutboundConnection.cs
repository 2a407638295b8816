using System.Net;
using System.Net.Sockets;

namespace Rackboot.Http;

/// <summary>How our HTTP clients connect: so that a peer who takes a connection and resets it at once gives an
/// <see cref="HttpRequestException"/> every time. Left to the framework, about one in twenty such connections ends as a bare
/// <see cref="SocketException"/>: after it has connected it asks for the remote address where nothing translates errors (dotnet/runtime,
/// <c>HttpConnectionPool.ConnectAsync</c>). Asked for here, errors are translated, and the socket remembers the answer.</summary>
internal static class OutboundConnection
{
    public static ValueTask<Stream> OpenAsync(SocketsHttpConnectionContext context, CancellationToken cancel) =>
        OpenAsync(new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }, context.DnsEndPoint, cancel);

    /// <param name="socket">Belongs to the stream from now on.</param>
    public static async ValueTask<Stream> OpenAsync(Socket socket, EndPoint peer, CancellationToken cancel)
    {
        try
        {
            await socket.ConnectAsync(peer, cancel).ConfigureAwait(false);
            _ = socket.RemoteEndPoint;
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
