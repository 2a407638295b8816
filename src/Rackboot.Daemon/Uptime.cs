using System.Diagnostics;

namespace Rackboot.Daemon;

/// <summary>The daemon's start time, and the time until everything was served.</summary>
internal sealed class Uptime(TimeProvider time)
{
    public DateTimeOffset Started { get; } = time.GetUtcNow();

    /// <summary>From the start of the process; 0 until everything is served.</summary>
    public double ReadySeconds { get; private set; }

    public void Served() => ReadySeconds = Math.Round((time.GetLocalNow() - Process.GetCurrentProcess().StartTime).TotalSeconds, 3);
}
