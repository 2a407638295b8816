namespace Rackboot.Redfish;

/// <summary>What a machine is to boot instead of its boot order.</summary>
/// <param name="Mode">Null leaves the mode as it is.</param>
/// <param name="HttpBootUri">With <see cref="RedfishBootTarget.UefiHttp"/>: what to fetch; null lets DHCP say.</param>
public sealed record RedfishBootOverride(
    RedfishBootTarget Target, RedfishBootDuration Duration, RedfishBootMode? Mode = null, Uri? HttpBootUri = null)
{
    /// <summary>The boot order decides.</summary>
    public static RedfishBootOverride None { get; } = new(RedfishBootTarget.None, RedfishBootDuration.Disabled);
}
