using System.Diagnostics.CodeAnalysis;
using System.Text;
using Rackboot.Contracts.Yaml;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Lab.StandIn.Nodes;

/// <summary>What a stand-in node reads of a machine configuration.</summary>
internal sealed record NodeConfiguration(
    string Text, bool IsControlPlane, string ClusterId, string Token, string AuthorityCertificate, string? AuthorityKey,
        IReadOnlyList<string> Accepted,
    bool HasEtcdAuthority, string? InstallDisk, string? InstallImage, string? Hostname)
{
    public static bool TryRead(string text, [NotNullWhen(true)] out NodeConfiguration? configuration, out string error)
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
        var mistakes = Mistakes(main, isControlPlane).ToList();
        error = $"{mistakes.Count} error(s) occurred:\n\t* {string.Join("\n\t* ", mistakes)}";
        if (mistakes.Count > 0)
            return false;
        var identity = documents.FirstOrDefault(d => Value(d, "kind") == "DiscoveryIdentityConfig");
        configuration = new(
            text, isControlPlane,
            (identity is null ? Value(main, "cluster", "id") : Value(identity, "clusterID")) ?? "",
            Value(main, "machine", "token")!,
            Pem(main, "machine", "ca", "crt")!, Pem(main, "machine", "ca", "key"),
            [.. List(main, "machine", "acceptedCAs").Select(ca => Pem(ca, "crt")).OfType<string>()],
            Value(main, "cluster", "etcd", "ca", "crt") is not null,
            Value(main, "machine", "install", "disk") ?? (Node(main, "machine", "install", "diskSelector") is null ? null : "by rule"),
            Value(main, "machine", "install", "image"),
            Value(main, "machine", "network", "hostname")
                ?? documents.Where(d => Value(d, "kind") == "HostnameConfig").Select(d => Value(d, "hostname")).FirstOrDefault());
        return true;
    }

    // siderolabs/talos pkg/machinery/config/types/v1alpha1/v1alpha1_validation.go, as far as the stand-in needs what it checks.
    private static IEnumerable<string> Mistakes(YamlMappingNode main, bool isControlPlane)
    {
        if (Value(main, "machine", "token") is null)
            yield return "machine.token is required";
        if (Pem(main, "machine", "ca", "crt") is null)
            yield return "machine.ca is required";
        if (isControlPlane && Pem(main, "machine", "ca", "key") is null)
            yield return "issuing Talos API CA key is required for controlplane nodes (.machine.ca.key)";
        if (!isControlPlane && Value(main, "machine", "ca", "key") is not null)
            yield return "issuing Talos API CA key is not allowed on non-controlplane nodes (.machine.ca)";
        if (Value(main, "cluster", "controlPlane", "endpoint") is null && Value(main, "cluster", "token") is null)
            yield return "cluster instructions are required";
        if (Node(main, "machine", "install") is not null && Value(main, "machine", "install", "disk") is null
            && Node(main, "machine", "install", "diskSelector") is null)
            yield return "install section needs disk or diskSelector";
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
