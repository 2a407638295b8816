using System.Net;

namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>Limits concurrent connections, of one address and in total. A new connection over a limit is accepted, and another is closed
/// for it: at the limit of an address its connection that moved least in the last seconds; at the total limit the first to go of some taken
/// at random: a stranger's before a machine's, then the one that moved least, then one of the address with the most. So those who only hold
/// connections lose them to active clients and to machines, however many addresses they have, and no accept looks through all
/// connections. Of strangers who come by the thousand each second, all but some are turned away at once, or accepting them would take the
/// processor from machines.</summary>
/// <param name="expects">Whether an address is a machine's.</param>
internal sealed class ConnectionPlaces(int most, int mostOfOneSource, Func<IPAddress, bool> expects, Action gaveWay)
{
    private const int Compared = 16;

    private const int WindowMilliseconds = 1000;
    private const int UsualStrangers = 500;

    // Those that gave way have a descriptor until they have ended.
    private const int MostEnding = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<IPAddress, List<EventConnection>> _sources = [];
    private readonly List<EventConnection> _all = [];
    private int _open;
    private long _window;
    private int _strangers; // who came in this window and found all places taken

    /// <summary>Strangers who get a place each second though all are taken.</summary>
    public int MostStrangersEachSecond { get; init; } = UsualStrangers;

    /// <summary>More connections are open than there are places, since many that gave way have not ended yet: the next is accepted
    /// later.</summary>
    public bool IsCrowded => Volatile.Read(ref _open) >= most + MostEnding;

    /// <summary>Whether a new connection of <paramref name="source"/> is closed at once.</summary>
    public bool TurnsAway(IPAddress source)
    {
        if (expects(source))
            return false;
        lock (_lock)
        {
            if (_all.Count < most && !(_sources.TryGetValue(source, out var own) && own.Count >= mostOfOneSource))
                return false;
            var window = Environment.TickCount64 / WindowMilliseconds;
            if (window != _window)
                (_window, _strangers) = (window, 0);
            if (++_strangers <= MostStrangersEachSecond)
                return false;
        }

        gaveWay();
        return true;
    }

    /// <summary>Takes a place for <paramref name="connection"/>, and closes another one if necessary.</summary>
    public void Enter(EventConnection connection)
    {
        connection.IsExpected = expects(connection.Source);
        EventConnection? ended = null;
        lock (_lock)
        {
            _open++;
            if (_sources.TryGetValue(connection.Source, out var own) && own.Count >= mostOfOneSource)
                ended = Slowest(own);
            else if (_all.Count >= most)
                ended = FirstToGo();
            if (ended is not null)
                Remove(ended);
            if (!_sources.TryGetValue(connection.Source, out own)) // after an end that may have emptied it
                _sources.Add(connection.Source, own = []);
            own.Add(connection);
            connection.Place = _all.Count;
            _all.Add(connection);
        }

        if (ended is null)
            return;
        gaveWay();
        ended.Abort();
    }

    /// <summary>Returns a place once the connection has no descriptor any more; one that gave way has lost its place before.</summary>
    public void Leave(EventConnection connection)
    {
        lock (_lock)
        {
            _open--;
            Remove(connection);
        }
    }

    private void Remove(EventConnection connection)
    {
        if (connection.Place < 0)
            return;
        _all[connection.Place] = _all[^1];
        _all[^1].Place = connection.Place;
        _all.RemoveAt(_all.Count - 1);
        connection.Place = -1;
        var own = _sources[connection.Source];
        own[own.IndexOf(connection)] = own[^1];
        own.RemoveAt(own.Count - 1);
        if (own.Count == 0)
            _sources.Remove(connection.Source);
    }

    private EventConnection FirstToGo()
    {
        var now = Environment.TickCount64;
        var (first, rank) = (_all[0], (true, long.MaxValue, 0));
        for (var i = 0; i < Compared; i++)
        {
            var connection = _all[Random.Shared.Next(_all.Count)];
            var its = (connection.IsExpected, connection.Pace.At(now), -_sources[connection.Source].Count);
            if (its.CompareTo(rank) < 0)
                (first, rank) = (connection, its);
        }

        return first;
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
