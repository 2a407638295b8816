namespace Rackboot.Cloud.Cherry;

/// <summary>Cherry Servers, from cherrygo 69ef188d and its Terraform provider.</summary>
internal static class CherryTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "cherry",
        Title = "Cherry Servers",
        Bills = "servers are ordered by the hour (cycle: hourly), at prices without tax",
        Routes = [CloudRoute.ScriptUrl],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset],
        Reinstalls = true,
        Console = CloudConsoleKind.Ipmi,
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "an API token (password of the credential; any user name)",
        Settings =
        [
            new("project", "the number of the project that servers belong to"),
            new("image", "the slug of an image that is sent with an iPXE script, if Cherry Servers wants one", Required: false),
        ],
        Unproven =
        [
            "what the field ipxe takes: a URL is sent, and no example of one was found",
            "whether an image has to be named beside it: settings.image is sent if it is there",
        ],
    };

    // For a system of one's own "allocated" is the end: "deployed" never comes.
    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["pending"]),
        (CloudState.Provisioning, ["deploying", "provisioning"]),
        (CloudState.Running, ["deployed", "allocated", "active"]),
        (CloudState.Failed, ["failed deployment", "failed"]),
        (CloudState.Releasing, ["terminating", "deleting"]));
}
