namespace Rackboot.Core.Clusters;

/// <summary>What the rack around a cluster gives its machines.</summary>
public sealed record ClusterSurroundings
{
    public const string PublicFactory = "factory.talos.dev";

    /// <summary>Registries that this appliance mirrors, and the address of each mirror.</summary>
    public IReadOnlyDictionary<string, string> Mirrors { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether nothing outside the rack is reached: mirrors are the only source of images, and nobody is asked to find the other
    /// nodes.</summary>
    public bool Isolated { get; init; }

    /// <summary>Where installers are pulled from, without scheme.</summary>
    public string Factory { get; init; } = PublicFactory;

    /// <summary>Where nodes send their events, <c>10.20.0.1:4515</c>; null if they do not.</summary>
    public string? EventSink { get; init; }

    /// <summary>Where nodes send their kernel log, <c>tcp://10.20.0.1:4514</c>; null if they do not.</summary>
    public string? KernelLog { get; init; }
}
