using System.Text.Json;

namespace Rackboot.Core.Clusters;

/// <summary>What the list of nodes in Kubernetes says of kubelets.</summary>
internal static class KubernetesNodes
{
    /// <summary>The release of each kubelet, <c>v1.36.3</c>, by the node's name.</summary>
    public static IReadOnlyDictionary<string, string> Read(JsonElement? list)
    {
        var kubelets = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Of(list, "items") is { ValueKind: JsonValueKind.Array } items)
            foreach (var node in items.EnumerateArray())
                if (Text(Of(Of(node, "metadata"), "name")) is { } name
                    && Text(Of(Of(Of(node, "status"), "nodeInfo"), "kubeletVersion")) is { } version)
                    kubelets[name] = version;
        return kubelets;
    }

    private static JsonElement? Of(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } of && of.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement? element) => element is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
