using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Components;

/// <summary>Facts from a running node's configuration that its reconciler uses often.</summary>
/// <param name="Hostname">The node's host name; null if not set.</param>
/// <param name="Kubernetes">The Kubernetes releases it names.</param>
public sealed record NodeFacts(string? Hostname, IReadOnlyDictionary<KubernetesComponent, string> Kubernetes)
{
    /// <summary>Reads the facts; invalid YAML has none.</summary>
    public static NodeFacts Read(string configuration) => YamlReader.TryRead(configuration, out var documents, out _, out _)
        ? new NodeFacts(documents.Select(NameIn).FirstOrDefault(name => name is not null), KubernetesImages.Read(documents))
        : new NodeFacts(null, new Dictionary<KubernetesComponent, string>());

    // A HostnameConfig has it at its root (1.12 and later), the v1alpha1 document below machine.network.
    private static string? NameIn(YamlNode document) => document is not YamlMapping root ? null
        : Text(root["kind"]) == "HostnameConfig" ? Text(root["hostname"])
        : Text(((root["machine"] as YamlMapping)?["network"] as YamlMapping)?["hostname"]);

    private static string? Text(YamlNode? node) => node is YamlScalar { Value.Length: > 0 } text ? text.Value : null;
}
