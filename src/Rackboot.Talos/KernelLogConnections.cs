using System.Net;
using System.Net.Sockets;

namespace Rackboot.Talos;

/// <summary>The connections that there are, at most so many of one source and of all. One over the number takes the place of another, since
/// a machine that loses its power does not close its connection, and is to be heard when it boots again: of the oldest of its source, or
/// of the first to go of some taken at random: a stranger's before a machine's, then the one that is silent longest.</summary>
internal sealed class KernelLogConnections(int most) : IDisposable
{
    private const int MostConnectionsPerSource = 8;
    private const int Compared = 16;

    private readonly Dictionary<long, KernelLogConnection> _byId = [];
    private readonly Dictionary<IPAddress, List<KernelLogConnection>> _bySource = []; // the oldest first
    private readonly List<KernelLogConnection> _all = [];

    public KernelLogConnection? this[long id] => _byId.GetValueOrDefault(id);

    /// <summary>Bytes of all lines whose end has not come.</summary>
    public long Begun { get; private set; }

    /// <summary>A connection has other bytes than <paramref name="before"/> of a line whose end has not come.</summary>
    public void Count(KernelLogConnection connection, int before) => Begun += connection.Begun - before;

    /// <summary>Gives a connection a place.</summary>
    /// <returns>The one that ended for it.</returns>
    public KernelLogConnection? Add(KernelLogConnection connection)
    {
        var ended = _bySource.TryGetValue(connection.Source, out var own) && own.Count >= MostConnectionsPerSource ? own[0]
            : _all.Count >= most ? FirstToGo()
            : null;
        if (ended is not null)
            End(ended);
        if (!_bySource.TryGetValue(connection.Source, out own))
            _bySource.Add(connection.Source, own = []);
        own.Add(connection);
        _byId.Add(connection.Id, connection);
        connection.Place = _all.Count;
        _all.Add(connection);
        return ended;
    }

    public void End(KernelLogConnection connection)
    {
        connection.Dispose();
        if (!_byId.Remove(connection.Id))
            return;
        Begun -= connection.Begun;
        _all[connection.Place] = _all[^1];
        _all[^1].Place = connection.Place;
        _all.RemoveAt(_all.Count - 1);
        if (_bySource.TryGetValue(connection.Source, out var own) && own.Remove(connection) && own.Count == 0)
            _bySource.Remove(connection.Source);
    }

    /// <summary>Ends those that nothing came over for that long.</summary>
    public void EndSilent(TimeSpan limit)
    {
        var since = Environment.TickCount64 - (long)limit.TotalMilliseconds;
        foreach (var silent in _all.Where(c => c.Heard < since).ToList())
            End(silent);
    }

    public void Dispose()
    {
        foreach (var connection in _all)
            connection.Dispose();
    }

    private KernelLogConnection FirstToGo()
    {
        var first = _all[Random.Shared.Next(_all.Count)];
        for (var i = 1; i < Compared; i++)
            if (_all[Random.Shared.Next(_all.Count)] is var other
                && (other.IsExpected, other.Heard).CompareTo((first.IsExpected, first.Heard)) < 0)
                first = other;
        return first;
    }
}
