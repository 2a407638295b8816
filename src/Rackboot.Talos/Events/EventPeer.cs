namespace Rackboot.Talos.Events;

/// <summary>The state of one event sender: its recent event ids, and its rate limit.</summary>
internal sealed class EventPeer(DateTimeOffset now)
{
    // A node sends in order and resumes after the last acknowledged event: only recent events can repeat.
    private const int MostIds = 64;
    private const int MostIdCharacters = 64;

    // A booting node sends some hundreds at once, then a few a second.
    private const double Burst = 2000;
    private const double PerSecond = 100;

    private readonly Lock _gate = new();
    private readonly HashSet<string> _ids = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();
    private double _allowance = Burst;
    private DateTimeOffset _heard = now;

    public DateTimeOffset Heard
    {
        get
        {
            lock (_gate)
                return _heard;
        }
    }

    public bool MaySend(DateTimeOffset at)
    {
        lock (_gate)
        {
            _allowance = Math.Min(Burst, _allowance + Math.Max(0, (at - _heard).TotalSeconds) * PerSecond);
            _heard = at;
            if (_allowance < 1)
                return false;
            _allowance--;
            return true;
        }
    }

    /// <summary>Whether the id is new; records it. An event without a usable id is always new.</summary>
    public bool IsNew(string id)
    {
        if (id.Length is 0 or > MostIdCharacters)
            return true;
        lock (_gate)
        {
            if (!_ids.Add(id))
                return false;
            _order.Enqueue(id);
            if (_order.Count > MostIds)
                _ids.Remove(_order.Dequeue());
            return true;
        }
    }

    public void Forget(string id)
    {
        lock (_gate)
            _ids.Remove(id);
    }
}
