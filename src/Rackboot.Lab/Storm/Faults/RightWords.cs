using Rackboot.Contracts;

namespace Rackboot.Lab.Storm.Faults;

/// <summary>What <c>rackboot explain</c> must say of a machine with a fault (docs/explain.md).</summary>
internal static class RightWords
{
    /// <summary>Whether machines with this fault are to report all the same.</summary>
    public static bool ComesUp(MachineFault fault) =>
        fault is MachineFault.None or MachineFault.LostPackets or MachineFault.Clone;

    public static bool Are(MachineFault fault, Explanation explanation) => fault switch
    {
        MachineFault.Stops => explanation.Cause == "program-not-started",
        MachineFault.HalfDownload => explanation.Cause is "transfer-stopped" or "transfer-broke-off",
        MachineFault.BmcPassword => explanation.Cause == "power-action-failed"
            && explanation.Verdict.Contains("wrong password", StringComparison.Ordinal),
        MachineFault.Clone => explanation.Cause == "reported"
            && explanation.Evidence.Any(e => e.Contains("the same UUID", StringComparison.Ordinal)),
        _ => explanation.Cause == "reported",
    };
}
