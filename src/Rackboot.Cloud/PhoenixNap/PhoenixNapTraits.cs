namespace Rackboot.Cloud.PhoenixNap;

/// <summary>phoenixNAP Bare Metal Cloud, from its specifications (python-sdk-bmc 6ca62c03, go-sdk-bmc 0e577bbc) and their
/// payloads.</summary>
internal static class PhoenixNapTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "phoenixnap",
        Title = "phoenixNAP",
        Bills = "servers are ordered by the hour (pricingModel: HOURLY)",
        Routes = [CloudRoute.ScriptUrl],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset, CloudSwitch.Soft],
        Reinstalls = true,
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "client id (user name) and client secret (password) of an application with the scopes bmc and bmc.read",
        Settings = [new("token", "where tokens are had, if not at auth.phoenixnap.com", Required: false)],
        Unproven = ["whether a server goes on to its disk after Talos was installed: a reboot with bootType STANDARD may be needed"],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["reserved"]),
        (CloudState.Provisioning, ["creating", "resetting", "reinstating"]),
        (CloudState.Running, ["powered-on"]),
        (CloudState.Stopped, ["powered-off"]),
        (CloudState.Changing, ["rebooting"]),
        (CloudState.Failed, ["error"]),
        (CloudState.Releasing, ["deleting"]));
}
