using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Core.Clusters;

/// <summary>An object that Talos puts into every cluster, as a control-plane node renders it: CoreDNS, kube-proxy, flannel and what they
/// need.</summary>
internal sealed record BootstrapManifest(string ApiVersion, string Kind, string? Namespace, string Name, JsonObject Document)
{
    public string Group => ApiVersion.Contains('/', StringComparison.Ordinal) ? ApiVersion[..ApiVersion.IndexOf('/')] : "";

    /// <summary>The order of talosctl: what others live in, what others are, what others are restarted for, and the rest
    /// (siderolabs/talos internal/app/machined/pkg/controllers/k8s/manifest_apply.go, pkg/cluster/kubernetes/talos_managed.go).</summary>
    public int Stage => (Group, Kind) switch
    {
        ("", "Namespace") => 0,
        ("apiextensions.k8s.io", "CustomResourceDefinition") => 1,
        ("", "ConfigMap" or "Secret") => 2,
        _ => 3,
    };

    /// <summary>Null if it is not a Kubernetes object.</summary>
    public static BootstrapManifest? Read(string json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject document && Word(document, "apiVersion") is { } version
                && Word(document, "kind") is { } kind && document["metadata"] is JsonObject about && Word(about, "name") is { } name
                ? new BootstrapManifest(version, kind, Word(about, "namespace"), name, document)
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Word(JsonObject of, string name) =>
        of[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
