using System.Globalization;
using Rackboot.Talos.Configuration.Values;
using Rackboot.Talos.Configuration.Yaml;
using static Rackboot.Talos.Configuration.Generation.Tree;

namespace Rackboot.Talos.Configuration.Generation;

/// <summary>Writes a machine's own values in the shape of the cluster's contract.</summary>
internal static class MachineValuePatch
{
    private const string LinkName = "rackboot0";

    public static IReadOnlyList<YamlNode> Write(MachineValues values, TalosRelease contract)
    {
        var documents = new List<YamlNode>();
        var hasDocuments = contract >= BaseConfiguration.NetworkDocuments;
        var isNew = contract >= BaseConfiguration.Documents;
        if (V1Alpha1(values, hasDocuments, isNew) is { Entries.Count: > 0 } machine)
            documents.Add(Map(("machine", machine)));
        if (hasDocuments)
            documents.AddRange(NetworkDocuments(values));
        if (isNew)
            documents.AddRange(InstallAndNode(values));
        return documents;
    }

    private static YamlMapping V1Alpha1(MachineValues values, bool hasDocuments, bool isNew) => Map(
        ("install", isNew ? null : Install(values)),
        ("nodeLabels", isNew || values.NodeLabels.Count == 0 ? null : Texts(values.NodeLabels)),
        ("nodeTaints", isNew || values.NodeTaints.Count == 0 ? null : Texts(values.NodeTaints)),
        ("network", hasDocuments ? null : Network(values)),
        ("time", hasDocuments || values.TimeServers.Count == 0 ? null : Map(("servers", values.TimeServers))),
        ("registries", hasDocuments || values.RegistryMirrors.Count == 0 ? null : Map(("mirrors", Mirrors(values)))));

    private static YamlMapping? Install(MachineValues values)
    {
        var disk = values.Disk;
        var selector = disk is null ? null : Map(
            ("size", disk.Size), ("type", disk.Type), ("model", disk.Model), ("serial", disk.Serial), ("wwid", disk.Wwid),
            ("busPath", disk.BusPath));
        var install = Map(
            ("disk", disk?.Path), ("diskSelector", selector is { Entries.Count: > 0 } ? selector : null), ("image", values.InstallerImage),
            ("wipe", disk is null ? null : disk.Wipe));
        return install.Entries.Count > 0 ? install : null;
    }

    private static YamlMapping? Network(MachineValues values)
    {
        var address = values.Address;
        var network = Map(
            ("hostname", values.Hostname), ("nameservers", address is { NameServers.Count: > 0 } ? address.NameServers : null),
            ("interfaces", address is null ? null : List(Map(
                ("deviceSelector", Map(("hardwareAddr", address.Mac))), ("addresses", List(address.Address)), ("dhcp", false),
                ("routes", address.Gateway is null ? null : List(Map(("network", DefaultRoute(address)), ("gateway", address.Gateway)))),
                ("vip", address.Shared is null ? null : Map(("ip", address.Shared)))))));
        return network.Entries.Count > 0 ? network : null;
    }

    private static YamlMapping Mirrors(MachineValues values)
    {
        var mirrors = new YamlMapping();
        foreach (var (registry, endpoints) in values.RegistryMirrors)
        {
            mirrors.Add(registry, Map(
                ("endpoints", endpoints.Select(e => e.Url)), ("overridePath", endpoints.Any(e => e.OverridePath) ? true : null),
                ("skipFallback", values.MirrorsOnly ? true : null)));
        }

        return mirrors;
    }

    private static IEnumerable<YamlNode> NetworkDocuments(MachineValues values)
    {
        // "auto: off" besides the name: a merge would keep the base's "stable", which Talos refuses together with a hostname.
        if (values.Hostname is not null)
            yield return Document("HostnameConfig", ("auto", "off"), ("hostname", values.Hostname));
        if (values.TimeServers.Count > 0)
            yield return Document("TimeSyncConfig", ("ntp", Map(("servers", values.TimeServers))));
        foreach (var (registry, endpoints) in values.RegistryMirrors)
        {
            yield return Document("RegistryMirrorConfig", ("name", registry),
                ("endpoints", List(endpoints.Select(e => (object)Map(("url", e.Url), ("overridePath", e.OverridePath ? true : null))))),
                ("skipFallback", values.MirrorsOnly ? true : null));
        }

        foreach (var document in values.Address is { } address ? Link(address) : [])
            yield return document;
    }

    private static IEnumerable<YamlNode> Link(StaticAddress address)
    {
        yield return Document("LinkAliasConfig", ("name", LinkName),
            ("selector", Map(("match", $"mac(link.permanent_addr) == \"{address.Mac.ToLowerInvariant()}\""))));
        yield return Document("LinkConfig", ("name", LinkName), ("addresses", List(Map(("address", address.Address)))),
            ("routes", address.Gateway is null ? null : List(Map(("gateway", address.Gateway)))));
        if (address.NameServers.Count > 0)
            yield return Document("ResolverConfig", ("nameservers", List(address.NameServers.Select(s => (object)Map(("address", s))))));
        if (address.Shared is not null)
            yield return Document("Layer2VIPConfig", ("name", address.Shared), ("link", LinkName));
    }

    private static IEnumerable<YamlNode> InstallAndNode(MachineValues values)
    {
        if (values.Disk is { } disk)
        {
            yield return Document("UnattendedInstallConfig",
                ("installer", Map(("image", values.InstallerImage))),
                ("provisioning", Map(("diskSelector", Map(("match", Expression(disk)))), ("wipe", disk.Wipe ? true : null))));
        }

        if (values.NodeLabels.Count + values.NodeTaints.Count > 0)
        {
            yield return Document("KubeNodeConfig",
                ("labels", values.NodeLabels.Count > 0 ? Texts(values.NodeLabels) : null),
                ("taints", values.NodeTaints.Count > 0 ? Texts(values.NodeTaints) : null));
        }
    }

    // v1alpha1_provider.go, DiskMatchExpression: a diskSelector as an expression.
    private static string Expression(InstallDisk disk)
    {
        var parts = new List<string>();
        if (disk.Path is not null)
            parts.Add($"disk.dev_path == {Quoted(disk.Path)}");
        if (disk.Size is { } size)
        {
            var comparison = size.TrimStart()[..(size.TrimStart().IndexOfAny([.. "0123456789. "]) is var end and > 0 ? end : 0)];
            var bytes = ByteCount.TryParse(size.TrimStart()[comparison.Length..].Trim(), out var count)
                ? count.ToString(CultureInfo.InvariantCulture) + "u" : "?";
            parts.Add($"disk.size {(comparison.Length == 0 ? "==" : comparison)} {bytes}");
        }

        if (disk.Type is not null)
        {
            parts.Add(disk.Type switch
            {
                "ssd" => "!disk.rotational",
                "hdd" => "disk.rotational",
                "nvme" => "disk.transport == \"nvme\"",
                "sd" => "disk.transport == \"mmc\"",
                _ => $"disk.transport == {Quoted(disk.Type)}",
            });
        }

        foreach (var (field, pattern) in new[] { ("model", disk.Model), ("serial", disk.Serial), ("wwid", disk.Wwid),
            ("bus_path", disk.BusPath) })
        {
            if (pattern is not null)
                parts.Add(pattern.Contains('*', StringComparison.Ordinal) ? $"glob({Quoted(pattern)}, disk.{field})"
                    : $"disk.{field} == {Quoted(pattern)}");
        }

        return string.Join(" && ", parts.Append("disk.transport != \"\"").Append("!disk.readonly"));
    }

    private static string DefaultRoute(StaticAddress address) => address.Address.Contains(':', StringComparison.Ordinal) ? "::/0"
        : "0.0.0.0/0";

    private static string Quoted(string text) => "\""
        + text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}
