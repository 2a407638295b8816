using Rackboot.Core.Boot;
using Rackboot.Core.Events;

namespace Rackboot.Core.Diagnosis;

/// <summary>Notices when this host's clock is set: the monotonic clock continues, the wall clock jumps.</summary>
/// <param name="built">When this program was built; null if unknown.</param>
public sealed class ClockWatch(EventLog events, BootLog boots, TimeProvider time, DateTimeOffset? built)
{
    // A clock that is slewed moves by half a second in a thousand.
    private static readonly TimeSpan Jumped = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private DateTimeOffset _wall = time.GetUtcNow();
    private long _monotonic = time.GetTimestamp();
    private TimeSpan? _jump;
    private long _jumpedAt;
    private bool _toldOld;

    public ClockFacts Facts
    {
        get
        {
            Look();
            lock (_lock)
                return new ClockFacts(time.GetUtcNow(), built, _jump, _jump is null ? TimeSpan.Zero : time.GetElapsedTime(_jumpedAt));
        }
    }

    /// <summary>The clock's problem, for <c>rackboot status</c>; null if there is none.</summary>
    public string? Problem => Facts is { IsBeforeBuild: true } facts ? facts.Warning : null;

    /// <summary>Compares the clocks. Call it every few seconds.</summary>
    public void Look()
    {
        TimeSpan jump;
        bool isOld;
        lock (_lock)
        {
            var (wall, monotonic) = (time.GetUtcNow(), time.GetTimestamp());
            jump = wall - _wall - time.GetElapsedTime(_monotonic, monotonic);
            (_wall, _monotonic) = (wall, monotonic);
            if (jump.Duration() >= Jumped)
                (_jump, _jumpedAt) = (jump, monotonic);
            isOld = new ClockFacts(wall, built, null, TimeSpan.Zero).IsBeforeBuild && !_toldOld;
            _toldOld |= isOld;
        }

        if (jump.Duration() >= Jumped)
            Tell($"the clock of this host was set {(jump > TimeSpan.Zero ? "forward" : "back")} by {Words.Time(jump.Duration())}, to "
                + $"{time.GetUtcNow():yyyy-MM-dd HH:mm:ss}; earlier and later times cannot be compared");
        if (isOld)
            Tell($"the clock of this host says {time.GetUtcNow():yyyy-MM-dd}, before this program was built; Talos will reject "
                + "certificates; set the clock: timedatectl set-time");
    }

    private void Tell(string text)
    {
        events.Add("clock.jumped", Level.Warning, null, null, text);
        boots.RemarkAll("rackboot", Level.Warning, FactKind.ClockJumped, _ => text);
    }
}
