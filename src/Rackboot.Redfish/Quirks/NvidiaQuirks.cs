namespace Rackboot.Redfish;

/// <summary>NVIDIA GH200, GB200 and GB300 (OpenBMC of their own).</summary>
internal static class NvidiaQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "NVIDIA",
        Makers = ["NVIDIA", "GB200", "WIWYNN"], // WIWYNN: NVIDIA/nv-redfish redfish/src/bmc_quirks.rs (a GB200)
        OemKeys = ["Nvidia"],

        // NVIDIA/libredfish src/nvidia_gh200.rs: UefiHttp is taken although it is not in the AllowableValues.
        UnlistedBootTargets = [RedfishBootTarget.UefiHttp],

        // dsx-ai-factory/libredfish issue 74: a PATCH of HttpBootUri works, shown or not.
        TakesHttpBootUri = true,
    };
}
