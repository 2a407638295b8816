using Rackboot.Core.Assets;

namespace Rackboot.Core.Profiles;

/// <summary>What a machine boots from the network.</summary>
public sealed record Profile
{
    public required string Name { get; init; }
    public long Version { get; init; }
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary><c>v1.14.0</c>.</summary>
    public required string TalosVersion { get; init; }

    /// <summary><c>amd64</c>, <c>arm64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The Image Factory's id of what is in the image; null is plain Talos.</summary>
    public string? Schematic { get; init; }

    /// <summary>The operator's additions to the kernel's command line.</summary>
    public IReadOnlyList<string> KernelArguments { get; init; } = [];

    /// <summary>When its machines get their machine configuration.</summary>
    public ConfigurationRelease Configuration { get; init; }

    /// <summary>How its machines join Omni; null if they do not.</summary>
    public OmniJoin? Omni { get; init; }

    public string KernelAsset => AssetName.Talos(TalosVersion, Schematic, Architecture, "kernel");

    public string InitramfsAsset => AssetName.Talos(TalosVersion, Schematic, Architecture, "initramfs");

    /// <summary>The command that fetches its boot files.</summary>
    public string PullCommand =>
        $"rackboot asset pull {TalosVersion}{(Schematic is null ? "" : $" --schematic {Schematic}")} --arch {Architecture}";
}
