namespace Rackboot.Contracts;

/// <summary>What a machine boots from the network.</summary>
public sealed record Profile : IDocument
{
    public string ApiVersion { get; init; } = Document.ApiVersion;
    public string Kind { get; init; } = "Profile";
    public string Name { get; init; } = "";
    public IReadOnlyDictionary<string, string>? Labels { get; init; }
    public TalosRelease? Talos { get; init; }

    /// <summary>Added to what the appliance puts on the kernel's command line itself.</summary>
    public IReadOnlyList<string>? KernelArguments { get; init; }

    /// <summary>When its machines get their machine configuration; without it <see cref="ConfigurationRelease.Armed"/>.</summary>
    public ConfigurationRelease? Configuration { get; init; }

    /// <summary>Its machines join Omni, which manages them from then on.</summary>
    public ProfileOmni? Omni { get; init; }
}

/// <summary>How machines join Omni: <c>{ api: https://omni.example.org:8090, joinToken: { file: omni.token } }</c>.</summary>
public sealed record ProfileOmni
{
    /// <summary>Where Omni's SideroLink is reached, <c>https://omni.example.org:8090</c> or <c>grpc://…</c>; without the token.</summary>
    public string? Api { get; init; }

    /// <summary>The join token; write-only, kept if it is left out.</summary>
    public JoinToken? JoinToken { get; init; }

    /// <summary>WireGuard goes through the API's connection, for networks that let no UDP out.</summary>
    public bool GrpcTunnel { get; init; }

    /// <summary>Where machines send their events; Omni's own place if nothing is said.</summary>
    public string? Events { get; init; }

    /// <summary>Where machines send their kernel log; Omni's own place if nothing is said.</summary>
    public string? KernelLog { get; init; }
}

/// <summary>A join token; <c>rackboot apply</c> reads the file and sends its content.</summary>
public sealed record JoinToken
{
    public string? File { get; init; }
    public string? Content { get; init; }
}

public enum ConfigurationRelease
{
    /// <summary>While somebody asks for the machine to be provisioned.</summary>
    Armed,

    /// <summary>In every boot: for machines without disks.</summary>
    Always,
}

/// <summary>A Talos release for one architecture: <c>{ version: v1.14.0, arch: amd64 }</c>.</summary>
public sealed record TalosRelease
{
    public string Version { get; init; } = "";
    public string Arch { get; init; } = "amd64";

    /// <summary>The Image Factory's id of what is in the image; none is plain Talos.</summary>
    public string? Schematic { get; init; }
}
