using System.Net;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Limits concurrent connections, of one address and in total. A new connection over the limit is accepted: the connection that
/// moved least in the last seconds is closed for it, of the same address or, at the total limit, of the address with the most. So a host
/// that only holds connections loses them to active clients, and one host cannot exhaust the places of others.</summary>
internal sealed class ConnectionPlaces(int most, int mostOfOneSource, Action gaveWay)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<EventConnection>> _sources = [];
    private int _count;

    /// <summary>Takes a place for <paramref name="connection"/>, and closes another one if necessary.</summary>
    public void Enter(EventConnection connection)
    {
        EventConnection? ended = null;
        lock (_lock)
        {
            if (!_sources.TryGetValue(connection.Source, out var own))
                _sources.Add(connection.Source, own = []);
            if (own.Count >= mostOfOneSource)
                ended = Slowest(own);
            else if (_count >= most)
                ended = Slowest(_sources.Values.MaxBy(s => s.Count)!);
            if (ended is not null)
                Remove(ended);
            own.Add(connection); // after an end that may have emptied it, so that it is looked up again
            _sources[connection.Source] = own;
            _count++;
        }

        if (ended is null)
            return;
        gaveWay();
        ended.Abort();
    }

    /// <summary>Returns a place; a connection that gave way no longer has one.</summary>
    public void Leave(EventConnection connection)
    {
        lock (_lock)
            Remove(connection);
    }

    private void Remove(EventConnection connection)
    {
        if (!_sources.TryGetValue(connection.Source, out var own) || own.IndexOf(connection) is var at && at < 0)
            return;
        own[at] = own[^1];
        own.RemoveAt(own.Count - 1);
        if (own.Count == 0)
            _sources.Remove(connection.Source);
        _count--;
    }

    private static EventConnection Slowest(List<EventConnection> connections)
    {
        var now = Environment.TickCount64;
        var slowest = connections[0];
        var least = slowest.Pace.At(now);
        foreach (var connection in connections)
            if (connection.Pace.At(now) is var pace && pace < least)
                (slowest, least) = (connection, pace);
        return slowest;
    }
}
