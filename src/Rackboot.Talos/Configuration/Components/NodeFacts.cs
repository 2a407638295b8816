using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Components;

/// <summary>What the configuration of a running node says that those who look after it need again and again.</summary>
/// <param name="Hostname">The name that it gives the node; null if it gives none.</param>
/// <param name="Kubernetes">The releases of Kubernetes that it names.</param>
public sealed record NodeFacts(string? Hostname, IReadOnlyDictionary<KubernetesComponent, string> Kubernetes)
{
    /// <summary>Reads them; a text that is no YAML says nothing.</summary>
    public static NodeFacts Read(string configuration) => YamlReader.TryRead(configuration, out var documents, out _, out _)
        ? new NodeFacts(documents.Select(NameIn).FirstOrDefault(name => name is not null), KubernetesImages.Read(documents))
        : new NodeFacts(null, new Dictionary<KubernetesComponent, string>());

    // A HostnameConfig has it at its root (1.12 and later), the v1alpha1 document below machine.network.
    private static string? NameIn(YamlNode document) => document is not YamlMapping root ? null
        : Text(root["kind"]) == "HostnameConfig" ? Text(root["hostname"])
        : Text(((root["machine"] as YamlMapping)?["network"] as YamlMapping)?["hostname"]);

    private static string? Text(YamlNode? node) => node is YamlScalar { Value.Length: > 0 } text ? text.Value : null;
}
