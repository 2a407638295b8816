namespace Rackboot.Core.Clusters;

/// <summary>The services of the rack for a cluster's machines.</summary>
public sealed record ClusterSurroundings
{
    public const string PublicFactory = "factory.talos.dev";

    /// <summary>Registries that this appliance mirrors, and the address of each mirror.</summary>
    public IReadOnlyDictionary<string, string> Mirrors { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether nothing outside the rack is reachable: mirrors are the only source of images, and no discovery service finds other
    /// nodes.</summary>
    public bool Isolated { get; init; }

    /// <summary>The source of installers, without scheme.</summary>
    public string Factory { get; init; } = PublicFactory;

    /// <summary>Where nodes send their events, <c>10.20.0.1:4515</c>; null if they do not.</summary>
    public string? EventSink { get; init; }

    /// <summary>Where nodes send their kernel log, <c>tcp://10.20.0.1:4514</c>; null if they do not.</summary>
    public string? KernelLog { get; init; }
}
