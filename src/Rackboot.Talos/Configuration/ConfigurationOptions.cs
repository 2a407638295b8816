using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration;

/// <summary>What decides whether a configuration is taken.</summary>
public sealed record ConfigurationOptions
{
    /// <summary>What is known of Talos's fields.</summary>
    public FieldTable Table { get; init; } = FieldTable.Default;

    /// <summary>The release that must take the configuration; null takes what any release does.</summary>
    public TalosRelease? Release { get; init; }

    /// <summary>Where the machine runs.</summary>
    public RuntimeMode Mode { get; init; }

    /// <summary>Whether what Talos only warns of in strict mode is a mistake.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether to check too what a node checks and talosctl leaves to it: that the release runs these Kubernetes images.</summary>
    public bool AsNode { get; init; }
}
