using System.Net;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>How many connections there may be at once: of one address and of all. One that is over gives no refusal: the connection that
/// moved least in the last seconds gives way to it, of the same address or, when every place is taken, of the address that has most. So who
/// only holds connections loses them to whoever has something to fetch, and one host never takes the places of another.</summary>
internal sealed class ConnectionPlaces(int most, int mostOfOneSource, Action gaveWay)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<EventConnection>> _sources = [];
    private int _count;

    /// <summary>Takes a place for <paramref name="connection"/>, and ends another one if that is what it takes.</summary>
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

    /// <summary>Gives a place back; one that gave way has none any more.</summary>
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
