namespace Rackboot.Cloud.DigitalOcean;

/// <summary>DigitalOcean, from its OpenAPI document (digitalocean/openapi 7c1300c4).</summary>
internal static class DigitalOceanTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "digitalocean",
        Title = "DigitalOcean",
        Bills = "by the hour; the image of Talos is one for each region, and its storage costs as well",
        Routes = [CloudRoute.CatalogueImage, CloudRoute.DiskImage],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset, CloudSwitch.Soft],
        Platform = "digital-ocean",
        DiskFormat = "raw.gz",
        ReadyWithin = TimeSpan.FromMinutes(20),
        // 250 a minute and 5000 an hour for a token, whatever they do.
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "a personal access token that may read and write droplets, images and tags, and read sizes and regions (password; any "
            + "user name)",
        Settings = [new("sshKey", "id or fingerprint of an SSH key of the account: a droplet from a custom image must name one, and Talos "
            + "ignores it")],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Provisioning, ["new"]),
        (CloudState.Running, ["active"]),
        (CloudState.Stopped, ["off"]),
        (CloudState.Blocked, ["archive"]));
}
