namespace Rackboot.Talos.Configuration.Generation;

/// <summary>The values of one machine. All are optional.</summary>
public sealed record MachineValues
{
    public string? Hostname { get; init; }

    /// <summary>Where to install.</summary>
    public InstallDisk? Disk { get; init; }

    /// <summary>The installer image, with schematic and version.</summary>
    public string? InstallerImage { get; init; }

    /// <summary>A fixed address. Without one the machine asks DHCP.</summary>
    public StaticAddress? Address { get; init; }

    /// <summary>Mirrors, by the registry they replace (<c>*</c> for all others).</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<RegistryEndpoint>> RegistryMirrors { get; init; } = new Dictionary<string,
    IReadOnlyList<RegistryEndpoint>>();

    /// <summary>Whether to skip the registry itself when its mirrors fail: right for an isolated rack.</summary>
    public bool MirrorsOnly { get; init; }

    /// <summary>Time servers, by name or address.</summary>
    public IReadOnlyList<string> TimeServers { get; init; } = [];

    public IReadOnlyDictionary<string, string> NodeLabels { get; init; } = new Dictionary<string, string>();

    /// <summary>Taints by key: <c>NoSchedule</c> or <c>value:NoSchedule</c>.</summary>
    public IReadOnlyDictionary<string, string> NodeTaints { get; init; } = new Dictionary<string, string>();
}
