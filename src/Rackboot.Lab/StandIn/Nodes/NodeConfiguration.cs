using System.Diagnostics.CodeAnalysis;
using System.Text;
using Rackboot.Contracts.Yaml;
using Rackboot.Talos.Configuration;
using Rackboot.Talos.Configuration.Validation;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>What a stand-in node reads of a machine configuration.</summary>
internal sealed record NodeConfiguration(
    string Text, bool IsControlPlane, string ClusterId, string Token, string AuthorityCertificate, string? AuthorityKey,
        IReadOnlyList<string> Accepted,
    bool HasEtcdAuthority, string? InstallDisk, bool IsUnattended, string? InstallImage, string? Hostname)
{
    private static readonly string[] Live =
    [
        "ca", "acceptedCAs", "time", "certSANs", "install", "network", "sysfs", "sysctls", "logging", "controlPlane", "kubelet", "kernel",
            "registries",
        "pods", "seccompProfiles", "nodeAnnotations", "nodeLabels", "nodeTaints",
    ];

    private static readonly string[] LiveFeatures =
        ["kubernetesTalosAPIAccess", "kubePrism", "hostDNS", "imageCache", "nodeAddressSortAlgorithm"];

    public static bool TryRead(
        string text, TalosRelease release, [NotNullWhen(true)] out NodeConfiguration? configuration, out string error)
    {
        configuration = null;
        if (!YamlText.TryLoad(text, out var stream, out var line, out var mistake))
        {
            error = $"failed to decode: line {line}: {mistake}";
            return false;
        }

        var documents = stream.Documents.Select(d => d.RootNode).OfType<YamlMappingNode>().ToList();
        if (documents.FirstOrDefault(d => Value(d, "machine", "type") is not null) is not { } main)
        {
            error = "the applied machine configuration doesn't contain v1alpha1 config, did you mean to patch the machine config instead?";
            return false;
        }

        var isControlPlane = Value(main, "machine", "type") is "controlplane" or "init";
        if (Refused(text, release) is { } refused)
        {
            error = refused;
            return false;
        }

        error = "";
        var install = documents.FirstOrDefault(d => Value(d, "kind") == "UnattendedInstallConfig");
        var identity = documents.FirstOrDefault(d => Value(d, "kind") == "DiscoveryIdentityConfig");
        configuration = new(
            text, isControlPlane,
            (identity is null ? Value(main, "cluster", "id") : Value(identity, "clusterID")) ?? "",
            Value(main, "machine", "token")!,
            Pem(main, "machine", "ca", "crt")!, Pem(main, "machine", "ca", "key"),
            [.. List(main, "machine", "acceptedCAs").Select(ca => Pem(ca, "crt")).OfType<string>()],
            Value(main, "cluster", "etcd", "ca", "crt") is not null,
            Value(main, "machine", "install", "disk")
                ?? (install is null && Node(main, "machine", "install", "diskSelector") is null ? null : "by rule"),
            install is not null,
            Value(main, "machine", "install", "image") ?? Value(install, "installer", "image"),
            Value(main, "machine", "network", "hostname")
                ?? documents.Where(d => Value(d, "kind") == "HostnameConfig").Select(d => Value(d, "hostname")).FirstOrDefault());
        return true;
    }

    /// <summary>Whether a node that runs this one has to restart for another. Everything but these fields of the v1alpha1 document needs it
    /// before 1.14 (siderolabs/talos internal/app/machined/pkg/runtime/v1alpha1/v1alpha1_runtime.go, CanApplyImmediate).</summary>
    public bool RestartsFor(NodeConfiguration other) => !Fixed(Text).Equals(Fixed(other.Text));

    private static YamlMappingNode Fixed(string text)
    {
        YamlText.TryLoad(text, out var stream, out _, out _);
        var main = stream!.Documents.Select(d => d.RootNode).OfType<YamlMappingNode>().First(d => Value(d, "machine", "type") is not null);
        foreach (var key in (string[])["debug", "cluster"])
            main.Children.Remove(new YamlScalarNode(key));
        foreach (var key in Live)
            (Node(main, "machine") as YamlMappingNode)?.Children.Remove(new YamlScalarNode(key));
        foreach (var key in LiveFeatures)
            (Node(main, "machine", "features") as YamlMappingNode)?.Children.Remove(new YamlScalarNode(key));
        return main;
    }

    // With the whole of what Talos checks, as far as the table of fields knows the release, and in its form: siderolabs/talos
    // pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go.
    private static string? Refused(string text, TalosRelease release)
    {
        var known = release < TalosRelease.Oldest ? TalosRelease.Oldest : release > TalosRelease.Newest ? TalosRelease.Newest : release;
        var mistakes = ConfigurationValidator.Validate(text, new ConfigurationOptions { Release = known }).Where(m =>
            !m.IsWarning).ToList();
        return mistakes.Count == 0 ? null : $"{mistakes.Count} error(s) occurred:\n\t* {string.Join("\n\t* ", mistakes)}";
    }

    private static YamlNode? Node(YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path)
            node = node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
        return node;
    }

    private static string? Value(YamlNode? node, params ReadOnlySpan<string> path) =>
        Node(node, path) is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : null;

    private static IEnumerable<YamlNode> List(YamlNode? node, params ReadOnlySpan<string> path) =>
        Node(node, path) is YamlSequenceNode list ? list.Children : [];

    private static string? Pem(YamlNode? node, params ReadOnlySpan<string> path)
    {
        if (Value(node, path) is not { } text)
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var length) ? Encoding.UTF8.GetString(bytes, 0, length) : null;
    }
}
