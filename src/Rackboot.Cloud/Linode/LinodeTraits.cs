namespace Rackboot.Cloud.Linode;

/// <summary>Linode (Akamai), from its OpenAPI document (linode-api-docs 40e7c7d2).</summary>
internal static class LinodeTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "linode",
        Title = "Linode",
        Bills = "by the hour, at the price of the region; the storage of the image of Talos costs as well",
        Routes = [CloudRoute.CatalogueImage, CloudRoute.DiskImage],
        Switches = [CloudSwitch.On, CloudSwitch.Soft, CloudSwitch.Reset],
        Console = CloudConsoleKind.Ssh,
        Platform = "akamai",
        DiskFormat = "raw.gz",
        ReadyWithin = TimeSpan.FromMinutes(20),
        ReadsPerMinute = 100,
        WritesPerMinute = 10,
        Login = "a personal access token that may read and write linodes and images, and read the account's name for the console "
            + "(password of the credential; any user name)",
        Unproven =
        [
            "whether a private image boots with the kernel linode/direct-disk on every plan",
            "Linode fetches no images: the appliance fetches Talos and uploads it, once for each version, and Linode bills its storage",
        ],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Provisioning, ["provisioning", "rebuilding", "cloning", "restoring"]),
        (CloudState.Running, ["running"]),
        (CloudState.Stopped, ["offline", "stopped"]),
        (CloudState.Changing, ["booting", "busy", "rebooting", "shutting_down", "migrating"]),
        (CloudState.Releasing, ["deleting"]),
        (CloudState.Blocked, ["billing_suspension"]));
}
