using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration;

/// <summary>Documents that Talos does not accept together (container/container.go).</summary>
internal static class DocumentConflicts
{
    private static readonly string[] Links = ["LinkConfig", "DummyLinkConfig", "BondConfig", "BridgeConfig", "VLANConfig",
        "WireguardConfig", "VRFConfig", "VethConfig"];
    private static readonly string[] VirtualAddresses = ["Layer2VIPConfig", "HCloudVIPConfig"];
    private static readonly string[] Volumes = ["UserVolumeConfig", "ExistingVolumeConfig"];

    public static IEnumerable<ConfigurationMistake> Find(MachineConfiguration configuration)
    {
        var claims = new Dictionary<string, ConfigurationDocument>();
        foreach (var document in configuration.Documents)
        {
            foreach (var claim in Claims(document))
            {
                if (!claims.TryAdd(claim, document))
                    yield return new ConfigurationMistake(document.Id, "", document.Line,
                        $"{claims[claim].Id} configures the same; remove one of the two");
            }
        }
    }

    private static IEnumerable<string> Claims(ConfigurationDocument document)
    {
        var kind = document.Kind.Name;
        if (Array.IndexOf(Links, kind) >= 0)
        {
            yield return "link " + document.Name;
            if (kind == "VethConfig" && document.Root["peer"] is ConfigStruct peer && peer["name"] is ConfigScalar name)
                yield return "link " + name.Text;
        }
        else if (Array.IndexOf(VirtualAddresses, kind) >= 0)
        {
            yield return "address " + document.Name;
        }
        else if (Array.IndexOf(Volumes, kind) >= 0)
        {
            yield return "volume " + document.Name;
        }
    }
}
