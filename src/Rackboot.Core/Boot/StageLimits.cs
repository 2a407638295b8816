namespace Rackboot.Core.Boot;

/// <summary>How long a boot may be without progress in a stage.</summary>
public static class StageLimits
{
    /// <summary>After that long it has stopped.</summary>
    public static TimeSpan For(BootStage stage) => stage switch
    {
        BootStage.Firmware or BootStage.Program or BootStage.Ipxe or BootStage.Script => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(5),
    };

    /// <summary>After that long something is likely wrong, where nothing was learned of this rack's own boots yet.</summary>
    public static TimeSpan Suspicious(BootStage stage) => stage switch
    {
        BootStage.Firmware or BootStage.Ipxe or BootStage.Script => TimeSpan.FromSeconds(20),
        _ => TimeSpan.FromSeconds(30),
    };
}
