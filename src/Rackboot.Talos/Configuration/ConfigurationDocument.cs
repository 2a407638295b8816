using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration;

/// <summary>One document of a machine configuration.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Root">Its fields.</param>
/// <param name="Line">The line where it starts; 0 if Rackboot generated it.</param>
public sealed record ConfigurationDocument(DocumentKind Kind, ConfigStruct Root, int Line)
{
    /// <summary>The name that distinguishes documents of one kind, or null.</summary>
    public string? Name => Kind.Named ? (Root["name"] as ConfigScalar)?.Text ?? "" : null;

    public bool IsLegacy => Kind.Name == DocumentKind.Legacy;

    /// <summary><c>v1alpha1</c>, <c>HostnameConfig</c>, <c>LinkConfig/eth0</c>.</summary>
    public string Id => Name is { } name ? $"{Kind.Name}/{name}" : Kind.Name;
}
