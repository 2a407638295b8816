namespace Rackboot.Ipmi;

/// <summary>
/// Cipher suites of RMCP+ (IPMI 2.0 §22.15.2, table 22-20) that this library speaks. Those without authentication or integrity (0, 1, 15)
/// and those on MD5 do not exist here.
/// </summary>
public enum IpmiCipherSuite : byte
{
    /// <summary>RAKP-HMAC-SHA1, HMAC-SHA1-96, no encryption: passwords set and consoles read can be overheard.</summary>
    Sha1Unencrypted = 2,

    /// <summary>RAKP-HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128.</summary>
    Sha1 = 3,

    /// <summary>RAKP-HMAC-SHA256, HMAC-SHA256-128, no encryption.</summary>
    Sha256Unencrypted = 16,

    /// <summary>RAKP-HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128.</summary>
    Sha256 = 17,
}
