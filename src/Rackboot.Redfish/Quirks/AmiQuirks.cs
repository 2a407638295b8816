namespace Rackboot.Redfish;

/// <summary>AMI MegaRAC, as in NVIDIA DGX, ASRock Rack, Gigabyte and others.</summary>
internal static class AmiQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "AMI MegaRAC",
        Makers = ["AMI", "American Megatrends"],
        OemKeys = ["Ami", "AMI"],

        // ansible-collections/community.general issues 11542 and 11543: 400 "BootSourceOverrideMode is a required property";
        // openstack/ironic redfish/management.py, VENDORS_REQUIRING_FULL_BOOT_REQUEST.
        BootMode = BootModeUse.Always,

        // dsx-ai-factory/libredfish issue 74: a PATCH of HttpBootUri works, shown or not.
        TakesHttpBootUri = true,

        // NVIDIA/nv-redfish redfish/src/bmc_quirks.rs: $expand drops required properties (DGX H100, GB300).
        ExpandIsComplete = false,
    };
}
