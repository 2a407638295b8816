using System.Text.Json;
using System.Text.Json.Nodes;

namespace Rackboot.Core.Clusters;

/// <summary>Brings what Talos put into a cluster when it was made to what the nodes render now: Talos itself applies each object once and
/// never again. Server-side apply in Talos's own name, as talosctl does it (siderolabs/talos pkg/cluster/kubernetes/talos_managed.go
/// syncManifestsSSA). Doing it twice does no harm; nothing is deleted.</summary>
internal sealed class ManifestSync(KubernetesApi api)
{
    // siderolabs/talos pkg/machinery/constants/constants.go; siderolabs/go-kubernetes kubernetes/ssa/inventory.go.
    private const string FieldManager = "talos";
    private const string InventoryAnnotation = "config.k8s.io/owning-inventory";
    private const string Inventory = "talos-bootstrap-manifests-inventory";

    private readonly Dictionary<string, JsonElement?> _discovered = [];

    /// <summary>Applies all of <paramref name="manifests"/>, and looks whether what runs has followed.</summary>
    /// <param name="inventory">Nodes of 1.13 and later mark what is theirs.</param>
    /// <exception cref="ClusterNodeException">The API refused, or did not answer, or what runs has not followed yet.</exception>
    public async Task RunAsync(IReadOnlyList<BootstrapManifest> manifests, bool inventory, CancellationToken cancel)
    {
        var paths = new List<(BootstrapManifest Manifest, string Path)>();
        foreach (var manifest in manifests.OrderBy(m => m.Stage))
        {
            var path = await PathAsync(manifest, cancel).ConfigureAwait(false);
            if (inventory)
                Mark(manifest.Document);
            await api.ApplyAsync(path, FieldManager, manifest.Document.ToJsonString(), cancel).ConfigureAwait(false);
            paths.Add((manifest, path));
        }

        foreach (var (manifest, path) in paths.Where(p => p.Manifest is { Group: "apps", Kind: "DaemonSet" or "Deployment" }))
            if (await api.GetAsync(path, cancel).ConfigureAwait(false) is { } seen && Lag(seen) is { } lag)
                throw new ClusterNodeException($"{manifest.Kind} {manifest.Name} is being renewed: {lag} of its pods are new");
    }

    private async Task<string> PathAsync(BootstrapManifest manifest, CancellationToken cancel)
    {
        var prefix = manifest.Group.Length == 0 ? $"/api/{manifest.ApiVersion}" : $"/apis/{manifest.ApiVersion}";
        if (await FindAsync(prefix, manifest.Kind, cancel).ConfigureAwait(false) is not var (plural, namespaced))
            throw new ClusterNodeException(
                $"the Kubernetes API has no {manifest.ApiVersion} {manifest.Kind}, which Talos wants to be there");
        var name = Uri.EscapeDataString(manifest.Name);
        return namespaced ? $"{prefix}/namespaces/{Uri.EscapeDataString(manifest.Namespace ?? "default")}/{plural}/{name}"
            : $"{prefix}/{plural}/{name}";
    }

    private async Task<(string Plural, bool Namespaced)?> FindAsync(string prefix, string kind, CancellationToken cancel)
    {
        if (!_discovered.TryGetValue(prefix, out var known) || known is null) // a definition that was just applied brings a new group
            _discovered[prefix] = known = await api.GetAsync(prefix, cancel).ConfigureAwait(false);
        if (known is not { ValueKind: JsonValueKind.Object } found || !found.TryGetProperty("resources", out var resources)
            || resources.ValueKind != JsonValueKind.Array)
            return null;
        foreach (var resource in resources.EnumerateArray())
            if (Text(resource, "kind") == kind && Text(resource, "name") is { } name && !name.Contains('/', StringComparison.Ordinal))
                return (name, resource.TryGetProperty("namespaced", out var namespaced) && namespaced.ValueKind == JsonValueKind.True);
        return null;
    }

    private static string? Text(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object
        && of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static void Mark(JsonObject document)
    {
        var about = document["metadata"]!.AsObject();
        if (about["annotations"] is not JsonObject annotations)
            about["annotations"] = annotations = [];
        annotations[InventoryAnnotation] = Inventory;
    }

    // kubectl rollout status: the controller has seen the change, and as many pods run it as are wanted
    // (kubernetes/kubectl pkg/polymorphichelpers/rollout_status.go).
    private static string? Lag(JsonElement seen)
    {
        var wanted = Number(seen, "status", "desiredNumberScheduled") ?? Number(seen, "spec", "replicas") ?? 0;
        var updated = Number(seen, "status", "updatedNumberScheduled") ?? Number(seen, "status", "updatedReplicas") ?? 0;
        return (Number(seen, "status", "observedGeneration") ?? 0) < (Number(seen, "metadata", "generation") ?? 0) || updated < wanted
            ? $"{updated} of {wanted}"
            : null;
    }

    private static long? Number(JsonElement of, string part, string name) => of.TryGetProperty(part, out var group)
        && group.ValueKind == JsonValueKind.Object && group.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetInt64(out var number)
            ? number
            : null;
}
