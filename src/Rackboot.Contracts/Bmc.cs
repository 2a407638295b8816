using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>How the appliance controls and monitors a machine's power. Each driver has its own fields; docs/power.md has an example of
/// each.</summary>
public sealed record MachineBmc
{
    /// <summary>Protocol of the BMC.</summary>
    /// <example>"redfish"</example>
    public BmcDriver Driver { get; init; } = BmcDriver.Auto;

    /// <summary>IP address or host name of the BMC. Required for <c>auto</c>, <c>redfish</c> and <c>ipmi</c>.</summary>
    /// <example>"10.30.0.21"</example>
    public string? Address { get; init; }

    /// <summary>Name of the credential to log in with. Required for <c>auto</c>, <c>redfish</c> and <c>ipmi</c>.</summary>
    /// <example>"rack1"</example>
    public string? Credential { get; init; }

    /// <summary>Port of the BMC, if not UDP 623 (<c>ipmi</c>) or TCP 443 (<c>redfish</c>).</summary>
    /// <example>8443</example>
    public long? Port { get; init; }

    /// <summary>URL of your own power service. For <c>webhook</c>.</summary>
    /// <example>"http://10.30.0.2/power"</example>
    public string? Url { get; init; }

    /// <summary>QEMU's QMP socket. For <c>qemu</c>.</summary>
    /// <example>"/run/vm/node-01.qmp"</example>
    public string? Socket { get; init; }

    /// <summary>Unix socket of the machine's serial console, if the BMC offers none.</summary>
    /// <example>"/run/vm/node-01.console"</example>
    public string? Console { get; init; }

    /// <summary>Id of the machine's ComputerSystem resource. For <c>redfish</c> and <c>auto</c>, if one BMC manages several
    /// systems.</summary>
    /// <example>"System.Embedded.1"</example>
    public string? System { get; init; }

    /// <summary>PEM certificate of the CA that signed the BMC's certificate. For <c>redfish</c> and <c>auto</c>. Without it the certificate
    /// is pinned at the first connection.</summary>
    public string? Ca { get; init; }

    /// <summary>SHA-256 of the BMC's certificate, hexadecimal. For <c>redfish</c> and <c>auto</c>.</summary>
    /// <example>"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"</example>
    public string? Pin { get; init; }

    /// <summary>Allowed IPMI cipher suites: 2, 3, 16, 17. For <c>ipmi</c> and <c>auto</c>; default 17 and 3.</summary>
    /// <example>[17]</example>
    public IReadOnlyList<long>? CipherSuites { get; init; }

    /// <summary>IPMI privilege level to request. For <c>ipmi</c> and <c>auto</c>; default <c>administrator</c>.</summary>
    /// <example>"operator"</example>
    public BmcPrivilege? Privilege { get; init; }

    /// <summary>Name of a credential whose password is the BMC key K_G. For <c>ipmi</c> and <c>auto</c>; without it the user's
    /// password is the key.</summary>
    /// <example>"rack1-kg"</example>
    public string? Kg { get; init; }
}

/// <summary>The protocol of a BMC.</summary>
public enum BmcDriver
{
    /// <summary>Redfish if the BMC answers it, else IPMI.</summary>
    Auto,
    Redfish,
    Ipmi,

    /// <summary>The operator's own HTTP service.</summary>
    Webhook,

    /// <summary>A person switches the machine.</summary>
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

/// <summary>User name and password for BMCs. The password can be written, never read back.</summary>
public sealed record Credential : IDocument
{
    /// <summary>Version of the document format.</summary>
    /// <example>"v1alpha1"</example>
    [Required]
    public string ApiVersion { get; init; } = Document.ApiVersion;

    /// <summary>Kind of the document.</summary>
    /// <example>"Credential"</example>
    [Required]
    public string Kind { get; init; } = "Credential";

    /// <summary>Name of the credential: 1 to 63 lower-case letters, digits, <c>-</c> and <c>.</c>.</summary>
    /// <example>"rack1"</example>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>User name at the BMC.</summary>
    /// <example>"admin"</example>
    [Required]
    public string? Username { get; init; }

    /// <summary>Password at the BMC. Write-only: stored encrypted, never shown. If omitted, the stored password is kept.</summary>
    public string? Password { get; init; }

    /// <summary>For <c>rackboot apply</c>: path of a file with the password, relative to the file that names it. The CLI sends
    /// the content.</summary>
    /// <example>"rack1.password"</example>
    public string? PasswordFile { get; init; }

    /// <summary>Observed by the appliance. Ignored in applied documents.</summary>
    [ReadOnly(true)]
    public CredentialStatus? Status { get; init; }

    // The compiler's ToString would print every member, the password included.
    public override string ToString() => $"Credential {Name}";
}

/// <summary>What the appliance observed of a credential.</summary>
public sealed record CredentialStatus
{
    /// <summary>When the user name or password was last changed.</summary>
    /// <example>"2026-11-21T19:44:45Z"</example>
    public required DateTimeOffset Changed { get; init; }

    /// <summary>Machines whose BMC uses it.</summary>
    /// <example>["node-01"]</example>
    public IReadOnlyList<string>? UsedBy { get; init; }

    /// <summary>While the password is being rotated: machines whose BMC has not accepted a login with the new one yet.</summary>
    public IReadOnlyList<string>? Rotating { get; init; }
}

/// <summary>A fact about a machine: <c>machine serial number: XYZ</c>.</summary>
/// <param name="Part">Part of the machine it describes.</param>
/// <param name="Name">Name of the fact.</param>
/// <param name="Value">Its value.</param>
public sealed record BmcFact(string Part, string Name, string Value);

/// <summary>A sensor with its current reading.</summary>
/// <param name="Value">The reading; none for a sensor that reports states, or has no reading now.</param>
/// <param name="Name">Name of the sensor.</param>
/// <param name="Unit">Unit of the value.</param>
/// <param name="Health">The BMC's rating of the value.</param>
/// <param name="State">The reported state, in words.</param>
public sealed record BmcSensor(string Name, double? Value, string? Unit, BmcSeverity Health, string? State);

/// <summary>Severity, as in Redfish Health.</summary>
public enum BmcSeverity
{
    Ok,
    Warning,
    Critical,
}

/// <summary>An entry of a BMC's event log.</summary>
/// <param name="Time">Time of the entry; none if the BMC did not know it.</param>
/// <param name="Id">Id of it at the BMC.</param>
/// <param name="Severity">Severity.</param>
/// <param name="Text">What happened, in the BMC's words.</param>
public sealed record BmcLogEntry(string Id, DateTimeOffset? Time, BmcSeverity Severity, string Text);

/// <summary>A slot for virtual media.</summary>
/// <param name="Image">URL of the inserted image; none if the slot is empty.</param>
/// <param name="Id">Id of it at the BMC.</param>
/// <param name="Types">Media types it supports.</param>
/// <param name="Inserted">Whether an image is inserted.</param>
public sealed record BmcMediaSlot(string Id, string Types, bool Inserted, string? Image);

/// <summary>A firmware component and its version.</summary>
/// <param name="Id">Id of it at the BMC.</param>
/// <param name="Name">Name of the component.</param>
/// <param name="Version">Its version.</param>
/// <param name="Updateable">Whether the BMC can update it.</param>
public sealed record BmcFirmware(string Id, string? Name, string? Version, bool? Updateable);

/// <summary>The boot source for the machine's next start, as its BMC reports it.</summary>
/// <param name="Target">The boot source; none if it is not one of these.</param>
/// <param name="Text">The boot source in the BMC's own words.</param>
public sealed record BmcBoot(BootTarget? Target, string? Text);

/// <summary>An image to insert as virtual media.</summary>
/// <param name="Image">An asset (<c>iso/rescue.iso</c>), or a URL that the BMC can reach.</param>
public sealed record BmcImage(string Image);

/// <summary>The network to search for BMCs: <c>10.30.0.0/24</c>, at most a /16.</summary>
/// <param name="Network">Network to search, at most a /16.</param>
public sealed record BmcProbeOrder(string Network);

/// <summary>The progress of a probe, and what it found in this step.</summary>
/// <param name="Asked">Addresses probed so far.</param>
/// <param name="Total">Addresses to probe.</param>
/// <param name="Found">The BMC that answered in this step; none if none did.</param>
public sealed record BmcProbeStep(int Asked, int Total, BmcFound? Found);

/// <summary>A BMC that answered a probe. The probe does not log in.</summary>
/// <param name="Redfish">Its Redfish version; none if it does not speak Redfish.</param>
/// <param name="Machine">The machine whose document names this address.</param>
/// <param name="Address">IPv4 address of the BMC.</param>
/// <param name="Ipmi">Whether it speaks IPMI.</param>
/// <param name="Vendor">Its vendor.</param>
/// <param name="Product">Its product name.</param>
/// <param name="Uuid">Its UUID.</param>
public sealed record BmcFound(string Address, bool Ipmi, string? Redfish, string? Vendor, string? Product, string? Uuid, string? Machine);

/// <summary>A new password for a credential and for every BMC that uses it.</summary>
public sealed record CredentialChange
{
    /// <summary>The new password; if omitted, the appliance generates one of 16 random characters.</summary>
    public string? Password { get; init; }

    public override string ToString() => "CredentialChange";
}
