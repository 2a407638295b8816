using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Rackboot.Contracts;

/// <summary>What a machine boots from the network.</summary>
public sealed record Profile : IDocument
{
    /// <summary>Version of the document format.</summary>
    /// <example>"v1alpha1"</example>
    [Required]
    public string ApiVersion { get; init; } = Document.ApiVersion;

    /// <summary>Kind of the document.</summary>
    /// <example>"Profile"</example>
    [Required]
    public string Kind { get; init; } = "Profile";

    /// <summary>Name of the profile: 1 to 63 lower-case letters, digits, <c>-</c> and <c>.</c>.</summary>
    /// <example>"default"</example>
    [Required]
    public string Name { get; init; } = "";

    /// <summary>Labels to select profiles by.</summary>
    /// <example>{"stage": "test"}</example>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Talos release to boot.</summary>
    /// <example>{"version": "v1.14.0", "arch": "amd64"}</example>
    [Required]
    public TalosRelease? Talos { get; init; }

    /// <summary>Kernel arguments besides those that the appliance sets.</summary>
    /// <example>["console=ttyS0"]</example>
    public IReadOnlyList<string>? KernelArguments { get; init; }

    /// <summary>When its machines get their machine configuration. Default: <c>armed</c>.</summary>
    /// <example>"armed"</example>
    public ConfigurationRelease? Configuration { get; init; }

    /// <summary>Has its machines join Omni, which then manages them.</summary>
    public ProfileOmni? Omni { get; init; }
}

/// <summary>How machines join Omni: <c>{ api: https://omni.example.org:8090, joinToken: { file: omni.token } }</c>.</summary>
public sealed record ProfileOmni
{
    /// <summary>URL of Omni's SideroLink API, <c>https://omni.example.org:8090</c> or <c>grpc://…</c>, without the token.</summary>
    public string? Api { get; init; }

    /// <summary>The join token. Write-only; if omitted, the stored token is kept.</summary>
    public JoinToken? JoinToken { get; init; }

    /// <summary>Tunnels WireGuard through the API connection, for networks that block outgoing UDP.</summary>
    public bool GrpcTunnel { get; init; }

    /// <summary>Where machines send their events. Default: Omni.</summary>
    public string? Events { get; init; }

    /// <summary>Where machines send their kernel log. Default: Omni.</summary>
    public string? KernelLog { get; init; }
}

/// <summary>A join token; <c>rackboot apply</c> sends the content of the file.</summary>
public sealed record JoinToken
{
    /// <summary>For <c>rackboot apply</c>: path of a file with the token, relative to the file that names it. The CLI sends the
    /// content.</summary>
    /// <example>"omni.token"</example>
    public string? File { get; init; }

    /// <summary>The token itself. Write-only.</summary>
    public string? Content { get; init; }
}

/// <summary>When machines get their machine configuration.</summary>
public enum ConfigurationRelease
{
    /// <summary>Only while the machine is armed.</summary>
    Armed,

    /// <summary>At every boot, for machines without disks.</summary>
    Always,
}

/// <summary>A Talos release for one architecture: <c>{ version: v1.14.0, arch: amd64 }</c>.</summary>
public sealed record TalosRelease
{
    /// <summary>Release of Talos.</summary>
    /// <example>"v1.14.0"</example>
    [Required]
    public string Version { get; init; } = "";

    /// <summary>Architecture: <c>amd64</c> or <c>arm64</c>.</summary>
    /// <example>"amd64"</example>
    public string Arch { get; init; } = "amd64";

    /// <summary>Image Factory schematic: 64 hexadecimal digits, as <c>rackboot schematic id</c> prints. Default: plain Talos.</summary>
    /// <example>"376567988ad370138ad8b2698212367b8edcb69b5fd68c80be1f2ec7d603b4ba"</example>
    public string? Schematic { get; init; }
}
