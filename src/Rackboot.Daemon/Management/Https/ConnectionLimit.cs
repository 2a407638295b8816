using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Rackboot.Daemon.Management.Https;

/// <summary>Bounds the connections to the management API on the network: all of them, and those of one address. Where all places are taken,
/// the connection that is longest in its TLS handshake gives way to a new one: who only holds connections keeps nobody out. The Unix socket
/// is not counted, so users on the appliance always get in.</summary>
internal sealed class ConnectionLimit(int most, int mostOfOneSource)
{
    // Those that gave way have a descriptor until they have ended.
    private const int MostEnding = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private readonly LinkedList<ConnectionContext> _handshakes = []; // the oldest first
    private readonly Dictionary<ConnectionContext, LinkedListNode<ConnectionContext>> _nodes = [];
    private int _all;

    /// <summary>Before the TLS handshake.</summary>
    public ConnectionDelegate Then(ConnectionDelegate next) => async connection =>
    {
        var from = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!TryEnter(connection, from, out var gaveWay))
        {
            connection.Abort();
            return;
        }

        gaveWay?.Abort();
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(connection, from);
        }
    };

    /// <summary>After the TLS handshake.</summary>
    public ConnectionDelegate Greeted(ConnectionDelegate next) => connection =>
    {
        lock (_lock)
            EndHandshake(connection);
        return next(connection);
    };

    private bool TryEnter(ConnectionContext connection, IPAddress from, out ConnectionContext? gaveWay)
    {
        lock (_lock)
        {
            gaveWay = null;
            var own = _open.GetValueOrDefault(from);
            if (own >= mostOfOneSource || _all >= most + MostEnding || (_all >= most && _handshakes.First is null))
                return false;
            if (_all >= most)
                EndHandshake(gaveWay = _handshakes.First!.Value);
            (_all, _open[from]) = (_all + 1, own + 1);
            _nodes[connection] = _handshakes.AddLast(connection);
            return true;
        }
    }

    private void Leave(ConnectionContext connection, IPAddress from)
    {
        lock (_lock)
        {
            EndHandshake(connection);
            _all--;
            if (--_open[from] == 0)
                _open.Remove(from);
        }
    }

    private void EndHandshake(ConnectionContext connection)
    {
        if (_nodes.Remove(connection, out var node))
            _handshakes.Remove(node);
    }
}
