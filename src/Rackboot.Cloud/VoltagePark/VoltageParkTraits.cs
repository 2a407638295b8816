namespace Rackboot.Cloud.VoltagePark;

/// <summary>Voltage Park's on-demand API, from its documentation and two independent clients; what is sold as its specification contradicts
/// them.</summary>
internal static class VoltageParkTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "voltagepark",
        Title = "Voltage Park",
        Bills = "by the hour, in units of 8 GPUs; nothing is ordered here",
        Routes = [],
        Creates = false,
        Switches = [],
        HasStock = true,
        ReadsPerMinute = 30,
        WritesPerMinute = 10,
        Login = "an API token (password of the credential; any user name)",
        Unproven =
        [
            "no way for Talos to get onto a server is documented: neither iPXE nor an image nor a rescue system",
            "which body switches a rental on or off: two clients differ, so it is not done",
            "the fields of GET /bare-metal/locations",
        ],
    };

    public static CloudStates States { get; } = new(
        (CloudState.Provisioning, ["Pending"]),
        (CloudState.Running, ["Running"]),
        (CloudState.Failed, ["Failed"]));
}
