using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration;

/// <summary>The options of validation.</summary>
public sealed record ConfigurationOptions
{
    /// <summary>The known fields of Talos.</summary>
    public FieldTable Table { get; init; } = FieldTable.Default;

    /// <summary>The release that must accept the configuration; null accepts the fields of any release.</summary>
    public TalosRelease? Release { get; init; }

    /// <summary>Where the machine runs.</summary>
    public RuntimeMode Mode { get; init; }

    /// <summary>Strict mode: whether warnings of the v1alpha1 document are errors, as for talosctl.</summary>
    public bool Strict { get; init; }

    /// <summary>Whether to also check what nodes check but talosctl does not: that the release supports these Kubernetes images.</summary>
    public bool AsNode { get; init; }
}
