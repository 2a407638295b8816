namespace Rackboot.Daemon.Management;

/// <summary>How many of the strangers who are turned away are recorded: a hundred at once, then one a minute. A flood of wrong logins fills
/// neither the audit nor the events.</summary>
internal sealed class StrangerNotes(TimeProvider time)
{
    private const double Burst = 100;

    private static readonly TimeSpan Refill = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private double _left = Burst;
    private long _at = time.GetTimestamp();

    public bool IsWorthNoting()
    {
        lock (_lock)
        {
            _left = Math.Min(Burst, _left + (time.GetElapsedTime(_at) / Refill));
            _at = time.GetTimestamp();
            if (_left < 1)
                return false;
            _left--;
            return true;
        }
    }
}
