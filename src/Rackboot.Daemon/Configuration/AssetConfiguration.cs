using Rackboot.Core.Assets;
using Rackboot.Oci;
using Rackboot.Oci.Distribution;

namespace Rackboot.Daemon.Configuration;

/// <summary>The group <c>assets</c>: what may be fetched from outside.</summary>
internal static class AssetConfiguration
{
    public static AssetSettings Read(ConfigurationSection assets)
    {
        var registries = new Dictionary<string, Uri>();
        foreach (var text in assets.Texts("registries"))
            if (text.Split('=', 2) is var parts && ImageReference.IsRegistry(parts[0]) && Place(parts) is { } place)
                registries[parts[0]] = place;
            else
                assets.Error("registries",
                    $"\"{text}\" is not a registry; allowed: its name, like registry.k8s.io, or a name and where to ask instead, like "
                    + "registry.k8s.io=http://10.0.0.9:5000");
        var authorities = assets.Text("ca");
        if (authorities is not null && !authorities.StartsWith('/'))
            assets.Error("ca", $"\"{authorities}\" is not an absolute path");
        return new AssetSettings(Url(assets, "factory"), Url(assets, "proxy"), authorities, registries);
    }

    private static Uri? Place(string[] parts) =>
        parts.Length == 1 ? RegistryClient.Endpoint(parts[0])
            : Uri.TryCreate(parts[1], UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static Uri? Url(ConfigurationSection section, string key)
    {
        if (section.Text(key) is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0)
            return url;
        section.Error(key, $"\"{text}\" is not a URL; allowed: like https://factory.talos.dev");
        return null;
    }
}
