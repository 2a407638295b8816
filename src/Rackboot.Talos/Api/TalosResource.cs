namespace Rackboot.Talos.Api;

/// <summary>A resource of Talos's state (cosi-project/specification proto/v1alpha1/resource.proto).</summary>
/// <param name="Version">Increases with every change.</param>
/// <param name="Phase"><c>running</c>, <c>tearingDown</c>.</param>
/// <param name="Yaml">Its specification: YAML from a machine, which may be hostile.</param>
public sealed record TalosResource(string Namespace, string Type, string Id, string Version, string Phase, string Yaml);
