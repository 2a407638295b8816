namespace Rackboot.Ipmi;

/// <summary>What a BMC says of a password (IPMI 2.0 §22.30, "test password").</summary>
public enum PasswordMatch
{
    Matches,
    Differs,

    /// <summary>It was stored in the other form, of 16 or of 20 bytes.</summary>
    OtherLength,
}
