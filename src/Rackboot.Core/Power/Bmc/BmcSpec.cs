namespace Rackboot.Core.Power.Bmc;

/// <summary>What the operator says of a machine's BMC, checked: each driver has the members that it needs.</summary>
public sealed record BmcSpec
{
    public required BmcDriver Driver { get; init; }
    public string? Address { get; init; }
    public string? Credential { get; init; }
    public int? Port { get; init; }
    public string? Url { get; init; }
    public string? Socket { get; init; }
    public string? Console { get; init; }
    public string? System { get; init; }

    /// <summary>PEM.</summary>
    public string? Ca { get; init; }

    /// <summary>SHA-256, hexadecimal.</summary>
    public string? Pin { get; init; }
    public IReadOnlyList<int>? CipherSuites { get; init; }
    public BmcPrivilege? Privilege { get; init; }

    /// <summary>Name of the credential that holds K_G.</summary>
    public string? Kg { get; init; }

    /// <summary>The BMC itself, which several machines may share (the nodes of one chassis). <c>redfish 10.30.0.21</c>.</summary>
    public string Endpoint =>
        $"{Driver.ToString().ToLowerInvariant()} {Url ?? Socket ?? Address}{(Port is null ? "" : $":{Port}")}".TrimEnd();

    /// <summary>The one machine that it switches: two machines with the same one would be switched together. Null where that cannot be
    /// told.</summary>
    public string? Machine => Driver switch
    {
        BmcDriver.Auto or BmcDriver.Redfish or BmcDriver.Ipmi =>
            $"{Address?.ToLowerInvariant()}{(Port is null or 443 or 623 ? "" : $":{Port}")} {Credential} {System}".TrimEnd(),
        BmcDriver.Qemu => Socket,
        _ => null,
    };

    /// <summary>The credentials it is reached with.</summary>
    public IEnumerable<string> Credentials => new[] { Credential, Kg }.OfType<string>();
}
