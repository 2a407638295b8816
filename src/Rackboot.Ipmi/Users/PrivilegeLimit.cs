namespace Rackboot.Ipmi;

/// <summary>The most that a user or any user of a channel may do (IPMI 2.0 §6.8, §22.27).</summary>
public enum PrivilegeLimit : byte
{
    Unspecified = 0,
    Callback = 1,
    User = 2,
    Operator = 3,
    Administrator = 4,

    /// <summary>The maker's own level.</summary>
    Oem = 5,

    NoAccess = 15,
}
