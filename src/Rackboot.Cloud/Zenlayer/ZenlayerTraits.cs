namespace Rackboot.Cloud.Zenlayer;

/// <summary>Zenlayer Bare Metal Cloud, from zenlayercloud-sdk-go 0db6b077 and its Terraform provider.</summary>
internal static class ZenlayerTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "zenlayer",
        Title = "Zenlayer",
        Bills = "servers are ordered pay-as-you-go (POSTPAID), with their bandwidth and address",
        Routes = [CloudRoute.ScriptUrl],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset],
        Reinstalls = true,
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "access key id (user name) and access key password (password)",
        Settings =
        [
            new("bandwidth", "the outgoing bandwidth in Mbit/s that a server is ordered with; 10 if nothing is said", Required: false),
            new("currency", "the currency of the account, like USD, which prices of the API come without; without it there are none and "
                + "limits.hourly cannot hold", Required: false),
        ],
        Unproven =
        [
            "whether the account may order by the hour (POSTPAID): support has to enable it, and PREPAID is never ordered here",
            "whether the price of an hour is all that is billed: server, bandwidth and address are added up. A price is one question, so "
                + "the list of offers shows none; rackboot cloud plan asks",
        ],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["PENDING"]),
        (CloudState.Provisioning, ["CREATING", "INSTALLING"]),
        (CloudState.Running, ["RUNNING"]),
        (CloudState.Stopped, ["STOPPED"]),
        (CloudState.Changing, ["BOOTING", "STOPPING"]),
        (CloudState.Failed, ["CREATE_FAILED", "INSTALL_FAILED"]),
        (CloudState.Releasing, ["RECYCLE", "RECYCLING"]));
}
