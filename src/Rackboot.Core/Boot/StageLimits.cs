namespace Rackboot.Core.Boot;

/// <summary>Limits of the time without progress in a stage.</summary>
public static class StageLimits
{
    /// <summary>After this time the boot has stopped.</summary>
    public static TimeSpan For(BootStage stage) => stage switch
    {
        BootStage.Firmware or BootStage.Program or BootStage.Ipxe or BootStage.Script => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(5),
    };

    /// <summary>After this time something is likely wrong, before limits are learned from this rack's boots.</summary>
    public static TimeSpan Suspicious(BootStage stage) => stage switch
    {
        BootStage.Firmware or BootStage.Ipxe or BootStage.Script => TimeSpan.FromSeconds(20),
        _ => TimeSpan.FromSeconds(30),
    };
}
