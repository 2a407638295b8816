namespace Rackboot.Redfish;

/// <summary>Supermicro.</summary>
internal static class SupermicroQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "Supermicro",
        Makers = ["Supermicro", "Super Micro"],
        OemKeys = ["Supermicro"],

        // DMTF/Redfishtool issue 106: the mode falls back to Legacy unless it is sent every time.
        BootMode = BootModeUse.Always,

        // dsx-ai-factory/libredfish issue 74: a PATCH of HttpBootUri works, shown or not.
        TakesHttpBootUri = true,

        BootTargetWords = new Dictionary<RedfishBootTarget, string[]>
        {
            // openstack/sushy sushy/resources/system/system.py: virtual media boots as UsbCd (X11, X12). The other words: an X10SDV's own
            // list.
            [RedfishBootTarget.Cd] = ["UsbCd", "UefiUsbCd", "UefiCd", "CD/DVD"],
            [RedfishBootTarget.Usb] = ["UsbKey", "UefiUsbKey"],
            [RedfishBootTarget.Floppy] = ["UsbFloppy", "FloppyRemovableMedia"],
        },
    };
}
