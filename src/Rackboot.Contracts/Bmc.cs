namespace Rackboot.Contracts;

/// <summary>How a machine is switched on and off, and asked how it is. Each driver has members of its own; docs/power.md has an example of
/// each.</summary>
public sealed record MachineBmc
{
    public BmcDriver Driver { get; init; } = BmcDriver.Auto;

    /// <summary>IP address or host name of the BMC (<c>auto</c>, <c>redfish</c>, <c>ipmi</c>).</summary>
    public string? Address { get; init; }

    /// <summary>Name of the credential to log in with.</summary>
    public string? Credential { get; init; }

    /// <summary>Where the BMC listens, if not on UDP 623 (<c>ipmi</c>) or TCP 443 (<c>redfish</c>).</summary>
    public long? Port { get; init; }

    /// <summary>The operator's own service (<c>webhook</c>).</summary>
    public string? Url { get; init; }

    /// <summary>QEMU's QMP socket (<c>qemu</c>).</summary>
    public string? Socket { get; init; }

    /// <summary>A Unix socket that is the machine's serial console, where the BMC offers none.</summary>
    public string? Console { get; init; }

    /// <summary>Which of the BMC's systems the machine is (<c>redfish</c>); needed only where several could be meant.</summary>
    public string? System { get; init; }

    /// <summary>PEM of the authority that signed the BMC's certificate (<c>redfish</c>). Without it the certificate is pinned when first
    /// seen.</summary>
    public string? Ca { get; init; }

    /// <summary>SHA-256 of the BMC's certificate, hexadecimal (<c>redfish</c>).</summary>
    public string? Pin { get; init; }

    /// <summary>Cipher suites that may be used (<c>ipmi</c>); without it 17 and 3.</summary>
    public IReadOnlyList<long>? CipherSuites { get; init; }

    /// <summary>The privilege level to ask for (<c>ipmi</c>); without it administrator.</summary>
    public BmcPrivilege? Privilege { get; init; }

    /// <summary>Name of a credential whose password is the BMC's key K_G (<c>ipmi</c>); without it the user's password is the
    /// key.</summary>
    public string? Kg { get; init; }
}

public enum BmcDriver
{
    /// <summary>Redfish where the address answers it, else IPMI.</summary>
    Auto,
    Redfish,
    Ipmi,

    /// <summary>The operator's own HTTP service.</summary>
    Webhook,

    /// <summary>A person is asked.</summary>
    Manual,

    /// <summary>A virtual machine, over QMP.</summary>
    Qemu,
}

/// <summary>IPMI privilege levels.</summary>
public enum BmcPrivilege
{
    User,
    Operator,
    Administrator,
}

/// <summary>User name and password of BMCs. The password can be written, never read back.</summary>
public sealed record Credential : IDocument
{
    public string ApiVersion { get; init; } = Document.ApiVersion;
    public string Kind { get; init; } = "Credential";
    public string Name { get; init; } = "";
    public string? Username { get; init; }

    /// <summary>Write-only. Without it a stored one stays.</summary>
    public string? Password { get; init; }

    /// <summary>In a file for <c>rackboot apply</c>: path of a file that holds the password, relative to that file. The CLI sends its
    /// content.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Told by the appliance; ignored in what is sent to it.</summary>
    public CredentialStatus? Status { get; init; }

    // A record would print all its members.
    public override string ToString() => $"Credential {Name}";
}

public sealed record CredentialStatus
{
    public required DateTimeOffset Changed { get; init; }

    /// <summary>The machines whose BMC is logged into with it.</summary>
    public IReadOnlyList<string>? UsedBy { get; init; }

    /// <summary>While the password is being changed: the machines whose BMC has not proven the new one yet.</summary>
    public IReadOnlyList<string>? Rotating { get; init; }
}

/// <summary>A name and its value: <c>machine serial number: XYZ</c>.</summary>
public sealed record BmcFact(string Part, string Name, string Value);

/// <summary>A sensor as it reads now.</summary>
/// <param name="Value">None for one that shows states, or nothing now.</param>
public sealed record BmcSensor(string Name, double? Value, string? Unit, BmcSeverity Health, string? State);

public enum BmcSeverity
{
    Ok,
    Warning,
    Critical,
}

/// <summary>An entry of a BMC's event log.</summary>
/// <param name="Time">None if the BMC did not know the time.</param>
public sealed record BmcLogEntry(string Id, DateTimeOffset? Time, BmcSeverity Severity, string Text);

/// <summary>A slot for virtual media.</summary>
/// <param name="Image">The URL in it; none if it is empty.</param>
public sealed record BmcMediaSlot(string Id, string Types, bool Inserted, string? Image);

/// <summary>A piece of firmware and its version.</summary>
public sealed record BmcFirmware(string Id, string? Name, string? Version, bool? Updateable);

/// <summary>What the BMC says that the machine boots from at its next start.</summary>
/// <param name="Target">None: none of ours.</param>
/// <param name="Text">In the BMC's own words.</param>
public sealed record BmcBoot(BootTarget? Target, string? Text);

/// <summary>An image to put into a virtual drive: a URL that the BMC can reach.</summary>
public sealed record BmcImage(string Image);

/// <summary>Which network to look for BMCs in: <c>10.30.0.0/24</c>, at most a /16.</summary>
public sealed record BmcProbeOrder(string Network);

/// <summary>How far a probe has come, and what it found in this step.</summary>
public sealed record BmcProbeStep(int Asked, int Total, BmcFound? Found);

/// <summary>A BMC that answered. Nothing was logged into.</summary>
/// <param name="Redfish">The version of Redfish it speaks; none if it does not.</param>
/// <param name="Machine">The machine that names this address already.</param>
public sealed record BmcFound(string Address, bool Ipmi, string? Redfish, string? Vendor, string? Product, string? Uuid, string? Machine);

/// <summary>A new password for a credential and all BMCs that it opens; none makes one of 16 random characters.</summary>
public sealed record CredentialChange
{
    public string? Password { get; init; }

    public override string ToString() => "CredentialChange";
}
