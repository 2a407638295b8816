namespace Rackboot.Ipmi;

/// <summary>What was learnt of a BMC at earlier logins and saves questions at the next. Its owner keeps it as long as it likes.</summary>
public sealed class KnownBmc
{
    private IpmiCipherSuite? _afterSilence;

    /// <summary>The cipher suite to try first.</summary>
    public IpmiCipherSuite? CipherSuite { get; private set; }

    // Silence may be a BMC that drops suites it does not know, and may be a lost datagram: only the second time in a row it counts, so that
    // nobody is held to a weaker suite by chance.
    internal void Opened(IpmiCipherSuite suite, bool afterSilence)
    {
        if (!afterSilence || _afterSilence == suite)
            CipherSuite = suite;
        _afterSilence = afterSilence ? suite : null;
    }
}
