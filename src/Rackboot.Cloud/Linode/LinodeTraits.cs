namespace Rackboot.Cloud.Linode;

/// <summary>Linode (Akamai), from its OpenAPI document (linode-api-docs 40e7c7d2).</summary>
internal static class LinodeTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "linode",
        Title = "Linode",
        Routes = [CloudRoute.CatalogueImage],
        Switches = [CloudSwitch.On, CloudSwitch.Soft, CloudSwitch.Reset],
        Platform = "akamai",
        DiskFormat = "raw.gz",
        ReadyWithin = TimeSpan.FromMinutes(20),
        ReadsPerMinute = 100,
        WritesPerMinute = 10,
        Login = "a personal access token that may read and write linodes, and read images (password of the credential; any user name)",
        Unproven = ["whether a private image boots with the kernel linode/direct-disk on every plan"],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Provisioning, ["provisioning", "rebuilding", "cloning", "restoring"]),
        (CloudState.Running, ["running"]),
        (CloudState.Stopped, ["offline", "stopped"]),
        (CloudState.Changing, ["booting", "busy", "rebooting", "shutting_down", "migrating"]),
        (CloudState.Releasing, ["deleting"]),
        (CloudState.Blocked, ["billing_suspension"]));
}
