namespace Rackboot.Talos.Api;

/// <summary>A resource of Talos's state (cosi-project/specification proto/v1alpha1/resource.proto).</summary>
/// <param name="Version">Grows with every change.</param>
/// <param name="Phase"><c>running</c>, <c>tearingDown</c>.</param>
/// <param name="Yaml">Its specification; YAML that a machine wrote, and that may come from a hostile one.</param>
public sealed record TalosResource(string Namespace, string Type, string Id, string Version, string Phase, string Yaml);
