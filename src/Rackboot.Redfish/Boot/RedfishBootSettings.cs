namespace Rackboot.Redfish;

/// <summary>A machine's boot settings as the service shows them.</summary>
/// <param name="Override">The override in force, or waiting for the next boot.</param>
/// <param name="AllowedTargets">The targets that the service allows, in its own words; empty if it does not say.</param>
/// <param name="BootOrder">References of boot options, first first.</param>
/// <param name="OffersHttpBoot">Whether <see cref="RedfishBootTarget.UefiHttp"/> can be set; some take it without listing it.</param>
/// <param name="CanSetHttpBootUri">Whether a URL for UEFI HTTP boot can be given.</param>
public sealed record RedfishBootSettings(
    RedfishBootOverride Override, IReadOnlyList<string> AllowedTargets, IReadOnlyList<string> BootOrder, bool OffersHttpBoot,
    bool CanSetHttpBootUri);
