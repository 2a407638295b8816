namespace Rackboot.Cloud.Ovh;

/// <summary>OVHcloud's dedicated servers, from go-ovh 3557ca42, its guides and the route table of 2026-05-17.</summary>
internal static class OvhTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "ovh",
        Title = "OVHcloud",
        Bills = "by the month, paid in advance; nothing is ordered here, and prices are not read",
        Routes = [CloudRoute.InlineScript],
        Creates = false,
        Switches = [CloudSwitch.Reset],
        Console = CloudConsoleKind.Web,
        HasPrices = false,
        ReadyWithin = TimeSpan.FromMinutes(60),
        ReadsPerMinute = 120,
        WritesPerMinute = 20,
        Login = "application key (user name), and application secret and consumer key with a colon between (password)",
        Settings = [new("region", "eu, ca or us: whose API it is; eu if nothing is said", Required: false)],
        Unproven =
        [
            "which EFI file of Talos OVHcloud's own iPXE starts from the disk: servers stay on the script that they were given, which "
                + "starts an installed Talos from the disk",
            "servers that were changed to boot from their disk first, and those in a private network alone, never fetch the script",
        ],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Running, ["ok"]),
        (CloudState.Failed, ["error"]),
        (CloudState.Blocked, ["hacked", "hackedBlocked"]));
}
