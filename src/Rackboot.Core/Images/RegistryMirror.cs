namespace Rackboot.Core.Images;

/// <summary>That this appliance serves the images of a registry, for a machine's configuration.</summary>
/// <param name="Registry">As images name it, <c>registry.k8s.io</c>.</param>
/// <param name="Endpoint">Where to ask instead: the boot plane; clients add <c>/v2</c> and <c>?ns=</c>.</param>
public sealed record RegistryMirror(string Registry, Uri Endpoint);
