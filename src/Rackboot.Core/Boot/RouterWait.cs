namespace Rackboot.Core.Boot;

/// <summary>Finds the boots in which iPXE waited for an IPv6 router. It solicits one after its DHCP, for 15 to 18 s without an
/// answer.</summary>
internal static class RouterWait
{
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(40);

    /// <summary>The timeline entry for a boot that reaches <paramref name="next"/> now; null: none.</summary>
    public static string? Of(BootRecord boot, BootStage next, DateTimeOffset now) =>
        boot.Stage == BootStage.Ipxe && next == BootStage.Script && now - boot.Updated is var silence && silence >= Least && silence <= Most
            ? $"iPXE was silent for {silence.TotalSeconds:0} s before this: most likely it waited for an IPv6 router, and no router "
                + "advertisement reached it (RA guard on its switch port, or routerAdvertisements: false; docs/configuration.md)"
            : null;
}
