using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What may be done over a channel (IPMI 2.0 §22.22 and §22.23).</summary>
/// <param name="Mode">When it can be used.</param>
/// <param name="PrivilegeLimit">The most that any user may do there.</param>
/// <param name="AlertsDisabled">Platform event traps are off.</param>
/// <param name="PerMessageAuthenticationDisabled">IPMI 1.5 sessions authenticate their beginning only.</param>
/// <param name="UserLevelAuthenticationDisabled">Commands of user level need no authentication in IPMI 1.5 sessions.</param>
public sealed record ChannelAccess(
    ChannelAccessMode Mode, PrivilegeLimit PrivilegeLimit, bool AlertsDisabled, bool PerMessageAuthenticationDisabled,
    bool UserLevelAuthenticationDisabled)
{
    internal byte Flags => (byte)(
        (AlertsDisabled ? 0x20 : 0) | (PerMessageAuthenticationDisabled ? 0x10 : 0) | (UserLevelAuthenticationDisabled ? 0x08 : 0)
            | (byte)Mode & 0x07);

    public static bool TryParse(
        ReadOnlySpan<byte> data, [NotNullWhen(true)] out ChannelAccess? access, [NotNullWhen(false)] out string? error)
    {
        (access, error) = (null, null);
        if (data.Length < 2)
        {
            error = $"channel access needs 2 bytes, got {data.Length}";
            return false;
        }

        var flags = data[0];
        access = new ChannelAccess(
            (ChannelAccessMode)(flags & 0x07), (PrivilegeLimit)(data[1] & 0x0F), (flags & 0x20) != 0, (flags & 0x10) != 0,
            (flags & 0x08) != 0);
        return true;
    }
}
