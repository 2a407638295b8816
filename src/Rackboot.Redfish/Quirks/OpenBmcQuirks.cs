namespace Rackboot.Redfish;

/// <summary>OpenBMC (bmcweb).</summary>
internal static class OpenBmcQuirks
{
    public static VendorQuirks Table { get; } = new()
    {
        Name = "OpenBMC",
        Makers = ["OpenBMC"],
        OemKeys = ["OpenBmc", "OpenBMC"],
        ManagerModels = ["OpenBmc"],
    };
}
