namespace Rackboot.Core.Boot;

/// <summary>How long a stage may stay silent, and what it most likely means when it does.</summary>
public static class StageLimits
{
    public static TimeSpan For(BootStage stage) => stage switch
    {
        BootStage.Firmware or BootStage.Program or BootStage.Ipxe or BootStage.Script => TimeSpan.FromMinutes(2),
        _ => TimeSpan.FromMinutes(5),
    };

    public static string Suspicion(BootStage stage) => stage switch
    {
        BootStage.Firmware =>
            "the firmware had its answer and did not fetch its boot file: look whether another DHCP server answered first, and whether "
                + "UDP port 69 or the boot HTTP port reaches this appliance",
        BootStage.Program =>
            "the transfer of iPXE ended or broke and iPXE did not come back: look at the console; Secure Boot refuses an unsigned iPXE",
        BootStage.Ipxe => "iPXE had its answer and did not fetch its script: look whether TCP reaches the boot HTTP port",
        BootStage.Script => "iPXE has its script and did not fetch the kernel: look at the console",
        BootStage.Kernel => "kernel and initramfs were sent and no operating system asked for an address: look at the console (memory, "
            + "kernel arguments, network driver)",
        BootStage.System => "the operating system has an address and did not fetch its machine configuration: look at the console and "
            + "whether TCP reaches the boot HTTP port",
        _ => "the configuration was delivered and the machine did not report: look whether TCP reaches the kernel log port (boot.logs), "
            + "and at the console",
    };
}
