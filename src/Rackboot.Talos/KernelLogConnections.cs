using System.Net;
using System.Net.Sockets;

namespace Rackboot.Talos;

/// <summary>The connections that there are, at most so many of one source and of all. One over the number takes the place of the oldest, of
/// the same source or of the one that has most: a machine that loses its power does not close its connection, and is to be heard when it
/// boots again.</summary>
internal sealed class KernelLogConnections : IDisposable
{
    private const int MostConnections = 4096;
    private const int MostConnectionsPerSource = 8;

    private readonly Dictionary<long, KernelLogConnection> _byId = [];
    private readonly Dictionary<IPAddress, List<KernelLogConnection>> _bySource = []; // the oldest first

    public KernelLogConnection? this[long id] => _byId.GetValueOrDefault(id);

    /// <summary>Gives a connection a place.</summary>
    /// <returns>The one that ended for it.</returns>
    public KernelLogConnection? Add(KernelLogConnection connection)
    {
        var own = _bySource.GetValueOrDefault(connection.Source);
        var crowd = own?.Count >= MostConnectionsPerSource ? own
            : _byId.Count >= MostConnections ? _bySource.Values.MaxBy(s => s.Count)
            : null;
        var oldest = crowd?[0];
        if (oldest is not null)
            End(oldest);
        if (!_bySource.TryGetValue(connection.Source, out own))
            _bySource.Add(connection.Source, own = []);
        own.Add(connection);
        _byId.Add(connection.Id, connection);
        return oldest;
    }

    public void End(KernelLogConnection connection)
    {
        connection.Dispose();
        _byId.Remove(connection.Id);
        if (_bySource.TryGetValue(connection.Source, out var own) && own.Remove(connection) && own.Count == 0)
            _bySource.Remove(connection.Source);
    }

    /// <summary>Ends those that nothing came over for that long.</summary>
    public void EndSilent(TimeSpan limit)
    {
        var since = Environment.TickCount64 - (long)limit.TotalMilliseconds;
        foreach (var silent in _byId.Values.Where(c => c.Heard < since).ToList())
            End(silent);
    }

    public void Dispose()
    {
        foreach (var connection in _byId.Values)
            connection.Dispose();
    }
}
