namespace Rackboot.Redfish;

/// <summary>Lenovo XClarity Controller.</summary>
internal static class LenovoQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "Lenovo XCC",
        Makers = ["Lenovo"],
        OemKeys = ["Lenovo"],
        ManagerModels = ["Lenovo XClarity"],

        // NVIDIA/libredfish src/lenovo.rs: an SR675 V3 hangs after ForceRestart; off, then on, works.
        HarmfulResets = [("ThinkSystem SR675 V3", "ForceRestart")],

        // lenovo/python-redfish-lenovo issues 9 and 21: the RDOC slots take uploads, not URLs.
        UnusableMediaSlots = ["RDOC"],

        // lenovo/python-redfish-lenovo: pending attributes lie in Bios/Pending.
        BiosPendingPath = "Pending",
    };
}
