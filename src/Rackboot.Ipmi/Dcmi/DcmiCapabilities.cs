using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What of DCMI a BMC has (DCMI 1.5 §6.1, parameter 1).</summary>
/// <param name="Version">The version that is spoken: 1.0, 1.1 or 1.5.</param>
/// <param name="PowerManagement">Whether power can be read and limited.</param>
/// <param name="InBand">A KCS interface to the machine.</param>
/// <param name="Serial">A serial interface.</param>
/// <param name="SecondaryLan">A second LAN channel.</param>
public sealed record DcmiCapabilities(Version Version, bool PowerManagement, bool InBand, bool Serial, bool SecondaryLan)
{
    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out DcmiCapabilities? capabilities, [NotNullWhen(false)] out string? error)
    {
        (capabilities, error) = (null, null);
        if (data.Length < 7 || data[0] != DcmiCommands.Group)
        {
            error = data.Length < 7
                ? $"DCMI capabilities need 7 bytes, got {data.Length}"
                : $"the answer belongs to group {data[0]:X2}h, not DCh";
            return false;
        }

        // Group, major, minor, the parameter's revision, a reserved byte, then platform and access.
        capabilities = new DcmiCapabilities(
            new Version(data[1], data[2]), (data[5] & 0x01) != 0, (data[6] & 0x01) != 0, (data[6] & 0x02) != 0, (data[6] & 0x04) != 0);
        return true;
    }
}
