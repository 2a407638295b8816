namespace Rackboot.Ipmi;

/// <summary>The two lengths in which BMCs keep passwords (IPMI 2.0 §22.30). The value is the length in bytes.</summary>
public enum PasswordForm
{
    /// <summary>For IPMI 1.5 and 2.0 sessions.</summary>
    Sixteen = 16,

    /// <summary>For IPMI 2.0 sessions only.</summary>
    Twenty = 20,
}
