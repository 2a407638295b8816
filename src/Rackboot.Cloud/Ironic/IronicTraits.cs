namespace Rackboot.Cloud.Ironic;

/// <summary>Ironic itself, without Nova: from its API reference and samples (openstack/ironic 7bc6aba7, api-ref/source).</summary>
internal static class IronicTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "ironic",
        Title = "Ironic",
        Bills = "nothing that the API tells: the nodes are yours, or their provider bills them as a whole",
        Routes = [CloudRoute.NetBoot],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset, CloudSwitch.Soft],
        Reinstalls = true,
        Console = CloudConsoleKind.Web,
        HasPrices = false,
        ReadyWithin = TimeSpan.FromMinutes(60),
        ReadsPerMinute = 240,
        WritesPerMinute = 60,
        Login = "id (user name) and secret (password) of an application credential that may allocate and deploy nodes; for a standalone "
            + "Ironic its user name and password",
        Settings =
        [
            new("auth", "Keystone's address, like https://cloud.example.net:5000/v3; left out for a standalone Ironic", Required: false),
            new("endpoint", "the address of a standalone Ironic, like https://ironic.example.net:6385", Required: false),
            new("region", "the region of the catalogue; the first one if nothing is said", Required: false),
        ],
        Unproven =
        [
            "the deploy interface ramdisk has to be enabled (it is by default since the release Zed): nodes boot the kernel of Talos over "
                + "the network at each start, and Talos then starts what it installed",
            "Ironic knows no addresses: those in network_data of a node are taken. Without them Rackboot cannot push a configuration; "
                + "clouds.handout lets the node fetch it",
        ],
    };

    // ironic/common/states.py.
    public static CloudStates States { get; } = new(
        (CloudState.Provisioning,
            ["deploying", "wait call-back", "deploy complete", "deploy hold", "rebuild", "deploy"]),
        (CloudState.Running, ["active"]),
        // Allocated to us, and nothing deployed yet.
        (CloudState.Stopped, ["available"]),
        (CloudState.Changing,
            ["enroll", "verifying", "inspecting", "inspect wait", "adopting", "rescuing", "rescue wait", "unrescuing", "servicing",
            "service wait", "service", "service hold"]),
        (CloudState.Rescue, ["rescue"]),
        (CloudState.Failed,
            ["deploy failed", "clean failed", "error", "inspect failed", "adopt failed", "rescue failed", "unrescue failed",
            "service failed"]),
        (CloudState.Releasing, ["deleting", "undeploy", "cleaning", "clean wait", "clean hold"]),
        (CloudState.Gone, ["deleted"]),
        (CloudState.Blocked, ["manageable"]));
}
