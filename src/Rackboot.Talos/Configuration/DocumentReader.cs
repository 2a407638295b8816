using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration;

/// <summary>Identifies a document and decodes it (configloader/internal/decoder/decoder.go).</summary>
internal static class DocumentReader
{
    /// <summary>Reads a document.</summary>
    /// <returns>The document; null if it is empty or not a document.</returns>
    public static ConfigurationDocument? Read(YamlNode node, ConfigurationOptions options, List<ConfigurationMistake> mistakes)
    {
        if (node is YamlScalar { Kind: YamlKind.Null })
            return null;
        if (node is not YamlMapping mapping)
        {
            mistakes.Add(new ConfigurationMistake("", "", node.Line,
                "a configuration document must be a mapping, such as \"machine: …\" or \"kind: HostnameConfig …\""));
            return null;
        }

        if (Find(mapping, options, mistakes) is not { } kind)
            return null;
        var name = kind.Named && mapping["name"] is YamlScalar { Kind: not YamlKind.Null } scalar ? scalar.Value : "";
        var id = kind.Named ? $"{kind.Name}/{name}" : kind.Name;
        if (options.Release is { } release && release < kind.Since)
            mistakes.Add(new ConfigurationMistake(id, "", mapping.Line,
                $"Talos {release} does not support this kind; it needs {kind.Since} or later"));
        var decoder = new ConfigDecoder(id, options.Release, mistakes);
        var root = kind.Name == DocumentKind.Legacy ? decoder.DecodeStruct(mapping, kind.Type, "")
            : decoder.DecodeStruct(mapping, kind.Type, "", "apiVersion", "kind");
        return new ConfigurationDocument(kind, root, mapping.Line);
    }

    private static DocumentKind? Find(YamlMapping mapping, ConfigurationOptions options, List<ConfigurationMistake> mistakes)
    {
        var kind = Text(mapping["kind"]);
        var version = mapping.Entries.Exists(e => e.Key is YamlScalar { Value: "machine" or "cluster" or "debug" or "persist" })
            ? "v1alpha1" : Text(mapping["apiVersion"]);
        if (kind.Length == 0 && version == "v1alpha1")
            return options.Table.Legacy;
        var (path, message) = kind.Length == 0 ? ("", Missing(mapping))
            : version.Length == 0 ? ("", "apiVersion is missing; write \"apiVersion: v1alpha1\"")
            : version != "v1alpha1" ? ("apiVersion", "unknown apiVersion; write v1alpha1")
            : options.Table.Find(kind) is { } found && kind != DocumentKind.Legacy ? ("", "")
            : ("kind", UnknownKind(kind, options));
        if (message.Length == 0)
            return options.Table.Find(kind);
        mistakes.Add(new ConfigurationMistake(kind, path, (path.Length > 0 ? mapping[path] : null)?.Line ?? mapping.Line, message));
        return null;
    }

    private static string Missing(YamlMapping mapping) => mapping["apiVersion"] is null && mapping["version"] is not null
        ? "the document has neither a kind nor a machine or cluster section"
        : "kind is missing; write it, for example \"kind: HostnameConfig\"";

    private static string UnknownKind(string kind, ConfigurationOptions options)
    {
        var near = options.Table.Kinds.FirstOrDefault(k =>
            string.Equals(k.Name, kind, StringComparison.OrdinalIgnoreCase) || k.Name == kind + "Config");
        return near is null ? "unknown kind; --schema FILE adds the kinds of a newer Talos" : $"unknown kind; did you mean {near.Name}?";
    }

    private static string Text(YamlNode? node) => node is YamlScalar { Kind: not YamlKind.Null } scalar ? scalar.Value : "";
}
