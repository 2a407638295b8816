namespace Rackboot.Cloud.Latitude;

/// <summary>Latitude.sh, from latitudesh-go-sdk 3769e710 and the recordings of terraform-provider-latitudesh d310fa20.</summary>
internal static class LatitudeTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "latitude",
        Title = "Latitude.sh",
        Bills = "servers are ordered by the hour (billing: hourly; left to itself, Latitude.sh bills a month in advance)",
        Routes = [CloudRoute.InlineScript, CloudRoute.ScriptUrl],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset],
        Reinstalls = true,
        Console = CloudConsoleKind.Ipmi,
        // A key may read 60 times a minute and write 20 times.
        ReadsPerMinute = 54,
        WritesPerMinute = 18,
        Login = "an API key of the team (password of the credential; any user name)",
        Settings = [new("project", "the id or slug of the project that servers belong to, like proj_gXQvNedwV0zpb")],
        Unproven = ["whether a script in base64 boots as the documentation says: no recording shows an order with ipxe"],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["starting_deploy"]),
        (CloudState.Provisioning, ["deploying", "disk_erasing"]),
        (CloudState.Running, ["on"]),
        (CloudState.Stopped, ["off"]),
        (CloudState.Rescue, ["rescue_mode"]),
        (CloudState.Failed, ["failed_deployment"]));
}
