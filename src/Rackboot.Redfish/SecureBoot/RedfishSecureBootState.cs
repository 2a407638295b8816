namespace Rackboot.Redfish;

/// <summary>UEFI Secure Boot as the service shows it.</summary>
/// <param name="Enabled">For the next boot.</param>
/// <param name="EnabledInCurrentBoot">In the boot that is running.</param>
/// <param name="Mode">SetupMode, UserMode, AuditMode, DeployedMode.</param>
/// <param name="AllowedKeyResets">Empty if the service does not say, or offers none.</param>
public sealed record RedfishSecureBootState(
    bool? Enabled, bool? EnabledInCurrentBoot, string? Mode, IReadOnlyList<string> AllowedKeyResets);
