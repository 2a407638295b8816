namespace Rackboot.Ipmi;

/// <summary>How sessions are opened and kept.</summary>
public sealed record IpmiSessionOptions
{
    public static IpmiSessionOptions Default { get; } = new();

    /// <summary>The privilege level that the session works at.</summary>
    public IpmiPrivilege Privilege { get; init; } = IpmiPrivilege.Administrator;

    /// <summary>Take a lower level where the BMC refuses <see cref="Privilege"/>.</summary>
    public bool AllowLowerPrivilege { get; init; }

    /// <summary>The cipher suites that may be used, best first. The BMC's own list is not asked for: it lies, or is absent, too
    /// often.</summary>
    public IReadOnlyList<IpmiCipherSuite> CipherSuites { get; init; } = [IpmiCipherSuite.Sha256, IpmiCipherSuite.Sha1];

    /// <summary>
    /// Users are looked up by name alone (bit 4 of the role, IPMI 2.0 §13.20). False looks for name and privilege level together; some BMCs
    /// leave the bit out of their hashes, so that only false works.
    /// </summary>
    public bool LookUpByNameOnly { get; init; } = true;

    /// <summary>An idle session is used this often, so that the BMC keeps it: it may end one after 60 s (§6.12.15), and OpenIPMI's does
    /// after 30 s. Zero: it may.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>How many requests may be under way at once in a session. Many BMCs lose some of several.</summary>
    public int MostOutstanding { get; init; } = 1;

    public IpmiTimeouts Timeouts { get; init; } = IpmiTimeouts.Default;
}
