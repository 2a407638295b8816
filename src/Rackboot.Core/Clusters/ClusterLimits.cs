namespace Rackboot.Core.Clusters;

/// <summary>How long each stage of a machine may take before it counts as late. Firmware alone takes minutes on large servers.</summary>
internal static class ClusterLimits
{
    public static readonly TimeSpan Boot = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Install = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan Reboot = TimeSpan.FromMinutes(15);
    public static readonly TimeSpan Join = TimeSpan.FromMinutes(10);
    public static readonly TimeSpan Upgrade = TimeSpan.FromMinutes(30);
    public static readonly TimeSpan Reconfigure = TimeSpan.FromMinutes(20);
    public static readonly TimeSpan Reset = TimeSpan.FromMinutes(20);

    /// <summary>How long a machine may be unreachable before that counts as a fault: shorter silences are restarts.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(3);

    /// <summary>How long after its reset began a machine's answers may still be those of before.</summary>
    public static readonly TimeSpan Reaction = TimeSpan.FromSeconds(30);

    /// <summary>How long the first control-plane machine waits for the others before etcd is bootstrapped without them.</summary>
    public static readonly TimeSpan Company = TimeSpan.FromMinutes(10);
}
