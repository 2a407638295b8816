namespace Rackboot.Redfish;

/// <summary>HPE iLO.</summary>
internal static class HpeQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "HPE iLO",
        Makers = ["HPE", "Hewlett"],
        OemKeys = ["Hpe", "Hp"],

        // A Cray EX235a is of HPE, and its BMC no iLO.
        RootAlwaysTells = true,

        // openstack/ironic ironic/drivers/modules/redfish/management.py, _is_during_post_error.
        BusyMessages = ["UnableToModifyDuringSystemPOST"],

        // ansible-collections/community.general issue 3509: a write of BootSourceOverrideMode is refused.
        BootMode = BootModeUse.Never,

        // dsx-ai-factory/libredfish issue 76: iLO 6 takes the URL as a BIOS attribute.
        HttpBootAttributes = new Dictionary<string, string> { ["UrlBootFile"] = "{0}" },

        // HewlettPackard/python-ilorest-library examples/Redfish/upload_firmware_ilo_repository.py: a form with the session's key as cookie
        // and field.
        HttpPushIsItsOwn = true,
    };
}
