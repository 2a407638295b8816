using Rackboot.Core.Assets;
using Rackboot.Oci;

namespace Rackboot.Daemon.Configuration;

/// <summary>The group <c>assets</c>: what may be fetched from outside.</summary>
internal static class AssetConfiguration
{
    public static AssetSettings Read(ConfigurationSection assets)
    {
        var registries = assets.Texts("registries");
        foreach (var registry in registries)
            if (!ImageReference.IsRegistry(registry))
                assets.Error("registries", $"\"{registry}\" is not the name of a registry; one is like registry.k8s.io or 10.20.0.9:5000");
        var authorities = assets.Text("ca");
        if (authorities is not null && !authorities.StartsWith('/'))
            assets.Error("ca", $"\"{authorities}\" is not an absolute path");
        return new AssetSettings(Url(assets, "factory"), Url(assets, "proxy"), authorities, registries);
    }

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
