using Rackboot.Core.Assets;
using Rackboot.Oci;
using Rackboot.Oci.Distribution;

namespace Rackboot.Daemon.Configuration;

/// <summary>The group <c>assets</c>: allowed sources outside.</summary>
internal static class AssetConfiguration
{
    public static AssetSettings Read(ConfigurationSection assets)
    {
        var factory = Url(assets, "factory", "Image Factory to fetch missing boot files from, like https://factory.talos.dev.");
        var proxy = Url(assets, "proxy", "HTTP proxy for all fetches; by default HTTPS_PROXY and NO_PROXY of the environment.");
        var registries = new Dictionary<string, Uri>();
        var authorities = assets.FilePath("ca", "PEM file of certificate authorities to trust besides the system's.");
        var allowed = assets.Texts("registries", "Registries to pull images through from; NAME=URL uses another address.",
            "a list of registries, like [registry.k8s.io]");
        foreach (var text in allowed)
            if (text.Split('=', 2) is var parts && ImageReference.IsRegistry(parts[0]) && Place(parts) is { } place)
                registries[parts[0]] = place;
            else
                assets.Error("registries",
                    $"\"{text}\" is not a registry; allowed: a name, like registry.k8s.io, or a name and another address, like "
                    + "registry.k8s.io=http://10.0.0.9:5000");
        return new AssetSettings(factory, proxy, authorities, registries) { PruneAfter = PruneAfter(assets) };
    }

    private static TimeSpan? PruneAfter(ConfigurationSection assets)
    {
        const string allowed = "a time from 1d to 3650d";
        const string says = "Age at which Talos boot files go by themselves that no profile and no cluster names; "
            + "without it they stay until rackboot asset prune.";
        if (assets.Text("pruneAfter", says, allowed) is not { } text)
            return null;
        if (Durations.TryRead(text, out var age) && age >= TimeSpan.FromDays(1) && age <= TimeSpan.FromDays(3650))
            return age;
        assets.Error("pruneAfter", $"\"{text}\" is not {allowed}, written like 30d");
        return null;
    }

    private static Uri? Place(string[] parts) =>
        parts.Length == 1 ? RegistryClient.Endpoint(parts[0])
            : Uri.TryCreate(parts[1], UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url : null;

    private static Uri? Url(ConfigurationSection section, string key, string says)
    {
        if (section.Text(key, says, "an http or https URL") is not { } text)
            return null;
        if (Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Query.Length == 0)
            return url;
        section.Error(key, $"\"{text}\" is not a URL; allowed: like https://factory.talos.dev");
        return null;
    }
}
