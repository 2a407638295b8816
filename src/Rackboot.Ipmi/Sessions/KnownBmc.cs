namespace Rackboot.Ipmi;

/// <summary>What was learnt of a BMC at earlier logins and saves questions at the next. Its owner keeps it as long as it likes.</summary>
public sealed class KnownBmc
{
    /// <summary>The cipher suite that the last session had; it is tried first.</summary>
    public IpmiCipherSuite? CipherSuite { get; set; }
}
