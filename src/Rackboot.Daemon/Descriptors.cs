namespace Rackboot.Daemon;

/// <summary>Shares the file descriptors that the process may open among its listeners, so that connections of strangers never take those
/// that the store, boot files and BMCs need. The runtime raises the soft limit to the hard one when it starts.</summary>
internal static class Descriptors
{
    // What each listener may take at most; a fifth is left for everything else.
    public const double OfBootHttp = 0.55, OfEvents = 0.1, OfKernelLogs = 0.1, OfManagement = 0.05;

    private const int OpenFiles = 7; // getrlimit(2), RLIMIT_NOFILE

    /// <summary>How many the process may have open.</summary>
    public static int Limit { get; } = Read();

    /// <summary>How many connections a listener may have that wants <paramref name="most"/>.</summary>
    public static int For(int most, double share) => Math.Clamp((int)(Limit * share), 1, most);

    private static unsafe int Read()
    {
        var limits = stackalloc ulong[2];
        return LinuxCalls.ResourceLimit(OpenFiles, limits) == 0 ? (int)Math.Min(limits[0], int.MaxValue) : 1024;
    }
}
