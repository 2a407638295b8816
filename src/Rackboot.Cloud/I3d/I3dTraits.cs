namespace Rackboot.Cloud.I3d;

/// <summary>i3D.net FlexMetal, from its OpenAPI document and Terraform provider (terraform-provider-i3dnet 5bf422c3).</summary>
internal static class I3dTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "i3d",
        Title = "i3D.net",
        Bills = "by the hour, at prices of the contract that the API does not tell",
        Routes = [CloudRoute.ScriptUrl],
        ReadsPower = false,
        Reinstalls = true,
        HasStock = false,
        HasPrices = false,
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "an API token (password of the credential; any user name); i3D.net advises to allow it this appliance's address alone",
        Settings = [new("sshKey", "a public SSH key, which an order must name and Talos ignores")],
        Unproven =
        [
            "i3D.net gives no DHCP where a custom iPXE script runs: the script has to set a static address from variables whose names are "
                + "not documented. "
                + "Without that Talos has no network",
            "prices: the API tells none, so limits.hourly cannot hold",
        ],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["created", "discovering", "discovered", "allocating"]),
        (CloudState.Provisioning, ["allocated", "configuring_network", "network_configured", "provisioning", "provisioned"]),
        (CloudState.Running, ["delivered"]),
        (CloudState.Failed, ["failed"]),
        (CloudState.Releasing, ["releasing"]),
        (CloudState.Gone, ["released"]));
}
