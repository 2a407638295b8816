using System.Diagnostics.CodeAnalysis;

namespace Rackboot.Ipmi;

/// <summary>What a user may do on a channel (IPMI 2.0 §22.26 and §22.27).</summary>
public sealed record UserAccess
{
    public required PrivilegeLimit Limit { get; init; }

    /// <summary>Whether the user may open IPMI sessions.</summary>
    public required bool IpmiMessaging { get; init; }

    public bool LinkAuthentication { get; init; }

    /// <summary>Whether the user may only be called back.</summary>
    public bool CallbackOnly { get; init; }

    /// <summary>Whether the user is switched on; null if the BMC does not tell.</summary>
    public bool? IsEnabled { get; init; }

    /// <summary>How many users the channel can have: 1 to 63.</summary>
    public int MostUsers { get; init; }

    /// <summary>How many users are switched on.</summary>
    public int EnabledUsers { get; init; }

    /// <summary>How many users have names that cannot be changed.</summary>
    public int FixedNames { get; init; }

    public static bool TryParse(ReadOnlySpan<byte> data, [NotNullWhen(true)] out UserAccess? access, [NotNullWhen(false)] out string? error)
    {
        (access, error) = (null, null);
        if (data.Length < 4)
        {
            error = $"user access needs 4 bytes, got {data.Length}";
            return false;
        }

        access = new UserAccess
        {
            MostUsers = data[0] & 0x3F,
            IsEnabled = (data[1] >> 6) switch { 1 => true, 2 => false, _ => null },
            EnabledUsers = data[1] & 0x3F,
            FixedNames = data[2] & 0x3F,
            CallbackOnly = (data[3] & 0x40) != 0,
            LinkAuthentication = (data[3] & 0x20) != 0,
            IpmiMessaging = (data[3] & 0x10) != 0,
            Limit = (PrivilegeLimit)(data[3] & 0x0F),
        };
        return true;
    }
}
