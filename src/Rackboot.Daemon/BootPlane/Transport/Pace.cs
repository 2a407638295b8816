namespace Rackboot.Daemon.BootPlane.Transport;

/// <summary>How many bytes a connection moved recently. Its owner counts; the search for a connection to close
/// reads.</summary>
internal sealed class Pace(long born)
{
    /// <summary>The meaning of "recently": this long, and up to twice as long.</summary>
    public const int WindowMilliseconds = 8000;

    // A new connection counts as one that is about to send a request.
    private const int YoungMilliseconds = 2000;
    private const long OfTheYoung = 64 * 1024;

    private long _window = born / WindowMilliseconds;
    private long _now;
    private long _before;

    /// <summary>Adds <paramref name="bytes"/> moved bytes. Two threads may lose a count, which is harmless.</summary>
    public void Moved(long bytes, long time)
    {
        Turn(time);
        _now += bytes;
    }

    public long At(long time)
    {
        var windows = time / WindowMilliseconds - Volatile.Read(ref _window);
        var moved = windows switch { <= 0 => _now + _before, 1 => _now, _ => 0 };
        return time - born < YoungMilliseconds ? moved + OfTheYoung : moved;
    }

    private void Turn(long time)
    {
        var window = time / WindowMilliseconds;
        if (window == _window)
            return;
        _before = window == _window + 1 ? _now : 0;
        _now = 0;
        Volatile.Write(ref _window, window);
    }
}
