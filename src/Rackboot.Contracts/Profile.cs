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
