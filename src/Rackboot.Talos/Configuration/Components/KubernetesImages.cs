using Rackboot.Talos.Configuration.Patching;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Components;

/// <summary>Reads and changes the Kubernetes images in a machine configuration. A component without an image
/// has the default release of its Talos.</summary>
public static class KubernetesImages
{
    // siderolabs/talos pkg/machinery/config/types/v1alpha1: the place of each image; pkg/machinery/constants: its name.
    private static readonly Dictionary<KubernetesComponent, (string[] Path, string Image)> Places = new()
    {
        [KubernetesComponent.ApiServer] = (["cluster", "apiServer", "image"], "registry.k8s.io/kube-apiserver"),
        [KubernetesComponent.ControllerManager] = (["cluster", "controllerManager", "image"], "registry.k8s.io/kube-controller-manager"),
        [KubernetesComponent.Scheduler] = (["cluster", "scheduler", "image"], "registry.k8s.io/kube-scheduler"),
        [KubernetesComponent.Proxy] = (["cluster", "proxy", "image"], "registry.k8s.io/kube-proxy"),
        [KubernetesComponent.Kubelet] = (["machine", "kubelet", "image"], "ghcr.io/siderolabs/kubelet"),
    };

    /// <summary>The releases in <paramref name="configuration"/>; none if it is not valid YAML.</summary>
    public static IReadOnlyDictionary<KubernetesComponent, string> Read(string configuration) => Releases(Images(configuration));

    /// <summary>The component in a container of this name, and the release of its image; false if it is none of these.</summary>
    public static bool TryOf(string container, string image, out KubernetesComponent component, out string? version)
    {
        version = Tag(image);
        component = Places.FirstOrDefault(p => p.Value.Image.EndsWith($"/{container}", StringComparison.Ordinal)).Key;
        return Places[component].Image.EndsWith($"/{container}", StringComparison.Ordinal);
    }

    internal static IReadOnlyDictionary<KubernetesComponent, string> Read(IReadOnlyList<YamlNode> documents) => Releases(Images(documents));

    private static Dictionary<KubernetesComponent, string> Releases(Dictionary<KubernetesComponent, string> images)
    {
        var found = new Dictionary<KubernetesComponent, string>();
        foreach (var (component, image) in images)
            if (Tag(image) is { } tag)
                found[component] = tag;
        return found;
    }

    /// <summary>The configuration with one component in another release. Keeps the image's registry and name.</summary>
    /// <param name="error">Why it cannot be set.</param>
    public static bool TryChange(string configuration, KubernetesComponent component, string version, out string changed, out string? error)
    {
        var (path, image) = Places[component];
        if (Images(configuration).GetValueOrDefault(component) is { } current)
            image = Tag(current) is { } tag ? current[..^(tag.Length + 1)] : current.Split('@')[0];
        var mistakes = new List<ConfigurationMistake>();
        var options = new ConfigurationOptions();
        var patch = ConfigurationPatch.Read($"{path[0]}:\n  {path[1]}:\n    {path[2]}: {image}:{version}\n", null, options, mistakes);
        changed = (patch is null ? null : ConfigurationPatcher.Apply(configuration, [patch], options, mistakes)) ?? "";
        error = changed.Length > 0 ? null : $"the image of {component} cannot be set: {string.Join("; ", mistakes.Select(m => m.Message))}";
        return error is null;
    }

    private static Dictionary<KubernetesComponent, string> Images(string configuration) =>
        YamlReader.TryRead(configuration, out var documents, out _, out _) ? Images(documents) : [];

    private static Dictionary<KubernetesComponent, string> Images(IReadOnlyList<YamlNode> documents)
    {
        var found = new Dictionary<KubernetesComponent, string>();
        foreach (var root in documents)
            foreach (var (component, (path, _)) in Places)
                if (path.Aggregate<string, YamlNode?>(root,
                    (at, member) => (at as YamlMapping)?[member]) is YamlScalar { Value.Length: > 0 } image)
                    found[component] = image.Value;
        return found;
    }

    private static string? Tag(string image)
    {
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') && !image.Contains('@', StringComparison.Ordinal) ? image[(colon + 1)..] : null;
    }
}
