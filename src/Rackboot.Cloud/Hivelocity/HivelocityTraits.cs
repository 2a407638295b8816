namespace Rackboot.Cloud.Hivelocity;

/// <summary>Hivelocity, from its Swagger document (hivelocity-client-go cfc39b45) and cluster-api-provider-hivelocity 5c192f52.</summary>
internal static class HivelocityTraits
{
    public static CloudTraits Table { get; } = new()
    {
        Provider = "hivelocity",
        Title = "Hivelocity",
        Bills = "servers are ordered by the hour (period: hourly); places with a premium cost that on top, and the price shown has it",
        Routes = [CloudRoute.InlineScript, CloudRoute.ScriptUrl],
        Switches = [CloudSwitch.On, CloudSwitch.Off, CloudSwitch.Reset],
        Reinstalls = true,
        Console = CloudConsoleKind.Ipmi,
        ReadsPerMinute = 60,
        WritesPerMinute = 20,
        Login = "an API key (password of the credential; any user name)",
        Settings =
        [
            new("domain", "the domain of the servers' host names, which Hivelocity wants whole; rackboot.internal if nothing is said",
                Required: false),
        ],
        Unproven =
        [
            "whether provisioning is said to be done: a custom iPXE script has to call a finish URL of Hivelocity's metadata, which is "
                + "not documented enough to be called",
            "the shape of GET /inventory/product, which the specification leaves open",
        ],
    };

    // Measured for a reload by the authors of the Cluster API provider: IN_USE, RELOADING, RESERVED, WAIT_FOR_PXE, PROVISION_*, IN_USE.
    public static CloudStates States { get; } = new(
        (CloudState.Ordered, ["WAIT_TO_COMPLETE_ORDER", "WAIT_TO_ASSIGN_SERVICE", "PROVISIONABLE", "BUILDING", "IPMI_READY"]),
        (CloudState.Provisioning,
            ["RESERVED", "WAIT_FOR_PXE", "PROVISION_STARTED", "PROVISION_WAIT_FOR_ADDONS", "PROVISION_FINISHED", "WAIT_FOR_HARDWARE_SCAN"]),
        (CloudState.Running, ["IN_USE"]),
        (CloudState.Changing, ["RELOADING", "READY_FOR_MIGRATION"]),
        (CloudState.Releasing, ["DEVICE_READY_TO_WIPE", "DEVICE_READY_TO_TEST", "DEVICE_READY_TO_UPGRADE_FIRMWARE"]),
        (CloudState.Failed, ["FAILED", "CLEANUP_MOVE_TO_FAILED"]),
        (CloudState.Blocked, ["IN_REVIEW"]));
}
