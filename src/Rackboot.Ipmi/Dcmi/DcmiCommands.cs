using Rackboot.Ipmi.Commands;

namespace Rackboot.Ipmi;

/// <summary>
/// The Data Center Manageability Interface (DCMI 1.5). Each throws <see cref="IpmiException"/> if it is refused;
/// <see cref="IpmiException.IsUnsupported"/> says that the BMC has no DCMI.
/// </summary>
public static class DcmiCommands
{
    /// <summary>What goes before every request and answer (DCMI 1.5 §5.1).</summary>
    internal const byte Group = 0xDC;

    /// <summary>Get DCMI Capabilities Info (§6.1), parameter 1.</summary>
    public static ValueTask<DcmiCapabilities> GetDcmiCapabilitiesAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetDcmiCapabilitiesInfo.AskAsync<DcmiCapabilities>(
            channel, new byte[] { Group, 1 }, DcmiCapabilities.TryParse, cancellation);

    /// <summary>Get Power Reading (§6.6.1), mode 1: the machine's power statistics.</summary>
    public static ValueTask<DcmiPowerReading> GetPowerReadingAsync(this IIpmiChannel channel, CancellationToken cancellation) =>
        CommandTable.GetPowerReading.AskAsync<DcmiPowerReading>(
            channel, new byte[] { Group, 1, 0, 0 }, DcmiPowerReading.TryParse, cancellation);
}
