namespace Rackboot.Cloud.Scaleway;

/// <summary>Scaleway Elastic Metal, from scaleway-sdk-go 2c5cd81b and its Terraform provider.</summary>
internal static class ScalewayTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "scaleway",
        Title = "Scaleway Elastic Metal",
        Bills = "servers are ordered by the hour; some offers have a fee once, which is shown",
        Routes = [CloudRoute.Rescue],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset],
        Console = CloudConsoleKind.Web,
        ReadyWithin = TimeSpan.FromMinutes(90),
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "the secret key of an API key that may do everything with Elastic Metal and SSH keys of the project (password; any user "
            + "name)",
        Settings =
        [
            new("project", "the id of the project that servers belong to"),
            new("zone", "the zone, like fr-par-2"),
            new("disk", "the disk that Talos is written to, like /dev/sda; the smallest one if nothing is said", Required: false),
        ],
        Unproven = ["whether the firmware boots the written disk on every offer", "whether BMC access has to be bought as an option first"],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["ordered"]),
        (CloudState.Provisioning, ["delivering", "resetting"]),
        (CloudState.Running, ["ready"]),
        (CloudState.Stopped, ["stopped"]),
        (CloudState.Changing, ["starting", "stopping", "migrating"]),
        (CloudState.Failed, ["error", "out_of_stock"]),
        (CloudState.Releasing, ["deleting"]),
        (CloudState.Blocked, ["locked"]));
}
