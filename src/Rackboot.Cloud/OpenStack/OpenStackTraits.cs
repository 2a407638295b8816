namespace Rackboot.Cloud.OpenStack;

/// <summary>OpenStack: OpenMetal's and any private one. From its OpenAPI documents (gtema/openstack-openapi 7bc4ee41).</summary>
internal static class OpenStackTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "openmetal",
        Title = "OpenStack",
        Bills = "nothing that the API tells: the cloud is yours, or its provider bills it as a whole",
        Routes = [CloudRoute.CatalogueImage, CloudRoute.DiskImage],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset, CloudSwitch.Soft],
        Reinstalls = true,
        Console = CloudConsoleKind.Web,
        HasStock = false,
        HasPrices = false,
        Platform = "openstack",
        DiskFormat = "qcow2",
        ReadyWithin = TimeSpan.FromMinutes(40),
        ReadsPerMinute = 120,
        WritesPerMinute = 60,
        Login = "id (user name) and secret (password) of an application credential that may use Nova and Glance",
        Settings =
        [
            new("auth", "Keystone's address, like https://cloud.example.net:5000/v3"),
            new("region", "the region of the catalogue; the first one if nothing is said", Required: false),
            new("network", "the id of the network that servers are in; Nova chooses if nothing is said", Required: false),
        ],
        Unproven =
        [
            "whether an OpenMetal cloud has Ironic's ramdisk deploy, so that is not used",
            "whether Glance fetches images by itself (web-download): where it does not, upload Talos and name it as boot.image",
            "OpenMetal's own API, which orders the hardware of a cloud, is not built",
        ],
    };
}
