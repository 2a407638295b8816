namespace Rackboot.Cloud.Robot;

/// <summary>Hetzner's dedicated servers over the Robot web service, from its documentation and the recordings of hrobot-go
/// 0c7bba91.</summary>
internal static class RobotTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "hetzner-robot",
        Title = "Hetzner Robot",
        Bills = "by the month, some with a setup price; nothing is ordered here. A price an hour is the month's, divided by 730",
        Routes = [CloudRoute.Rescue],
        Creates = false,
        Switches = [CloudSwitch.Reset],
        ReadsPower = false,
        ReadyWithin = TimeSpan.FromMinutes(60),
        // 200 an hour for a list of servers; others differ.
        ReadsPerMinute = 3,
        WritesPerMinute = 3,
        Login = "user name and password of the web service, not those of the account; three refused logins block the address for ten "
            + "minutes",
        Settings = [new("disk", "the disk that Talos is written to, like /dev/nvme0n1; the smallest one if nothing is said",
            Required: false)],
        Unproven =
        [
            "whether the firmware boots the written disk: the boot order is not touched",
            "whether the network works without a static address: Hetzner isolates servers, and DHCP gives a net that others cannot be "
                + "reached in",
        ],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Running, ["ready"]),
        (CloudState.Provisioning, ["in process", "installing"]),
        (CloudState.Blocked, ["maintenance"]));
}
