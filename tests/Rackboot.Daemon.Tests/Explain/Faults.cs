namespace Rackboot.Daemon.Tests.Explain;

/// <summary>All faults, in the order of the page.</summary>
internal static class Faults
{
    public const string Node = "node-01";
    public const string A = "52:54:00:00:00:01";
    public const string B = "52:54:00:00:00:02";

    public static IReadOnlyList<Fault> All { get; } =
        [.. AddressFaults.All, .. FirmwareFaults.All, .. FileFaults.All, .. ConfigurationFaults.All, .. SystemFaults.All,
        .. PowerFaults.All, .. ApplianceFaults.All];
}
