namespace Rackboot.Core.Images;

/// <summary>A mirror of a registry by this appliance, for a machine's configuration.</summary>
/// <param name="Registry">As images name it, <c>registry.k8s.io</c>.</param>
/// <param name="Endpoint">The mirror's URL on the boot plane; clients add <c>/v2</c> and <c>?ns=</c>.</param>
public sealed record RegistryMirror(string Registry, Uri Endpoint);
