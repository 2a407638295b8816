using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Rackboot.Daemon.Management.Https;

/// <summary>Bounds the connections to the management API on the network: all of them, and those of one address. The Unix socket is not
/// counted, so users on the appliance always get in.</summary>
internal sealed class ConnectionLimit(int most, int mostOfOneSource)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, int> _open = [];
    private int _all;

    /// <summary>Connections that were closed at once.</summary>
    public long Refused { get; private set; }

    public ConnectionDelegate Then(ConnectionDelegate next) => async connection =>
    {
        var from = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (!TryEnter(from))
        {
            connection.Abort();
            return;
        }

        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(from);
        }
    };

    private bool TryEnter(IPAddress from)
    {
        lock (_lock)
        {
            var own = _open.GetValueOrDefault(from);
            if (_all >= most || own >= mostOfOneSource)
            {
                Refused++;
                return false;
            }

            (_all, _open[from]) = (_all + 1, own + 1);
            return true;
        }
    }

    private void Leave(IPAddress from)
    {
        lock (_lock)
        {
            _all--;
            if (--_open[from] == 0)
                _open.Remove(from);
        }
    }
}
