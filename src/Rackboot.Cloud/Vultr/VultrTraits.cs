namespace Rackboot.Cloud.Vultr;

/// <summary>Vultr bare metal, from its OpenAPI document (vultr/vultr-java 29228428) and govultr 3.32.</summary>
internal static class VultrTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "vultr",
        Title = "Vultr",
        Bills = "by the hour; where the API tells only the price of a month, an hour is that divided by 730",
        Routes = [CloudRoute.InlineScript],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset],
        ReadsPower = false,
        Reinstalls = false,
        Console = CloudConsoleKind.Vnc,
        // 30 a second for each address of the client.
        ReadsPerMinute = 600,
        WritesPerMinute = 60,
        Login = "an API key with access control open to this appliance's address (password of the credential; any user name)",
        Settings = [new("os", "the os_id that is sent with a PXE script; 159 (Custom) if nothing is said", Required: false)],
        Unproven =
        [
            "which os_id goes with a PXE script on bare metal: 159 (Custom) is sent",
            "whether a server is off: its status is active, pending or suspended, so rackboot power off cannot be read back",
        ],
    };

    // There is no word for a server that is off.
    public static CloudStates States { get; } = new(
        (CloudState.Provisioning, ["pending"]),
        (CloudState.Running, ["active"]),
        (CloudState.Blocked, ["suspended"]));
}
