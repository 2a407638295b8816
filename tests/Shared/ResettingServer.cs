using System.Net;
using System.Net.Sockets;

namespace Rackboot.Tests.Shared;

/// <summary>Takes each connection and resets it at once, as an overloaded web server does. Some clients learn of it while they connect,
/// some when they send, and some in between.</summary>
internal sealed class ResettingServer : IDisposable
{
    /// <summary>Enough that each of these moments comes.</summary>
    public const int Tries = 500;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Thread _resets;

    public ResettingServer()
    {
        _listener.Start(backlog: 128);
        _resets = new Thread(Reset) { IsBackground = true };
        _resets.Start();
    }

    public string Authority => _listener.LocalEndpoint.ToString()!;

    public void Dispose()
    {
        _listener.Dispose();
        _resets.Join();
    }

    private void Reset()
    {
        try
        {
            while (true)
            {
                using var connection = _listener.AcceptSocket();
                connection.LingerState = new LingerOption(enable: true, seconds: 0);
            }
        }
        catch (SocketException)
        {
            // Closed.
        }
    }
}
