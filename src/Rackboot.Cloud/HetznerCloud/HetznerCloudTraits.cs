namespace Rackboot.Cloud.HetznerCloud;

/// <summary>Hetzner Cloud, from the OpenAPI form of its documentation (hcloud-openapi 5f93a6da).</summary>
internal static class HetznerCloudTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "hetzner-cloud",
        Title = "Hetzner Cloud",
        Bills = "by the hour, at prices without VAT; snapshots cost as well",
        Routes = [CloudRoute.CatalogueImage],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset, CloudSwitch.Soft],
        Reinstalls = true,
        Console = CloudConsoleKind.Vnc,
        Platform = "hcloud",
        ReadyWithin = TimeSpan.FromMinutes(15),
        ReadsPerMinute = 50,
        WritesPerMinute = 20,
        Login = "an API token of the project that may read and write (password of the credential; any user name)",
    };

    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["initializing"]),
        (CloudState.Provisioning, ["starting", "rebuilding"]),
        (CloudState.Running, ["running"]),
        (CloudState.Stopped, ["off"]),
        (CloudState.Changing, ["stopping", "migrating"]),
        (CloudState.Releasing, ["deleting"]));
}
