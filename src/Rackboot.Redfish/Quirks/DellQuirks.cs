namespace Rackboot.Redfish;

/// <summary>Dell iDRAC.</summary>
internal static class DellQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "Dell iDRAC",
        Makers = ["Dell", "Integrated Dell"],
        OemKeys = ["Dell"],

        // bb-Ricardo/check_redfish issues 89 and 198, stmcginnis/gofish issue 75: RAC0218 comes as 503 on POST Sessions.
        SessionsFullMessages = ["RAC0218"],

        // ironcore-dev/metal-operator issue 170 (SYS518), redhat-performance/badfish issue 129 and microsoft/lisa issue 4070 (SWC0700,
        // SYS446).
        BusyMessages = ["SYS518", "SWC0700", "SYS446"],

        // dsx-ai-factory/libredfish issue 75: Boot has no HttpBootUri.
        HttpBootAttributes = new Dictionary<string, string> { ["HttpDev1EnDis"] = "Enabled", ["HttpDev1Uri"] = "{0}" },

        // dell/iDRAC-Redfish-Scripting issues 84 and 249: a change without @Redfish.SettingsApplyTime stays pending for ever.
        BiosNeedsApplyTime = true,

        // dell/iDRAC-Redfish-Scripting DeviceFirmwareSimpleUpdateREDFISH.py: a form, and a second request that installs it.
        HttpPushIsItsOwn = true,

        // NVIDIA/nv-redfish redfish/src/bmc_quirks.rs: accounts are fixed slots, 1 and 2 are the vendor's.
        FirstAccountSlot = 3,
    };
}
