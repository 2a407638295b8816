using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration;

/// <summary>A machine configuration: the v1alpha1 document, if there is one, and further documents.</summary>
public sealed class MachineConfiguration
{
    /// <param name="documents">The documents. In any order; as in Talos the v1alpha1 document is put first.</param>
    public MachineConfiguration(IEnumerable<ConfigurationDocument> documents) => Documents = [.. documents.OrderBy(d => !d.IsLegacy)];

    public IReadOnlyList<ConfigurationDocument> Documents { get; }

    /// <summary>The v1alpha1 document, or null.</summary>
    public ConfigurationDocument? Legacy => Documents.FirstOrDefault(d => d.IsLegacy);

    /// <summary>Reads a configuration strictly. Finds every error, not only the first.</summary>
    /// <param name="text">YAML, one or more documents.</param>
    /// <param name="options">The options of validation.</param>
    /// <param name="mistakes">The errors; empty if the configuration is valid.</param>
    /// <returns>The readable part; complete only if there are no errors.</returns>
    public static MachineConfiguration Read(string text, ConfigurationOptions options, List<ConfigurationMistake> mistakes)
    {
        if (!YamlReader.TryRead(text, out var nodes, out var error, out var line))
        {
            mistakes.Add(new ConfigurationMistake("", "", line, $"not valid YAML: {error}"));
            return new MachineConfiguration([]);
        }

        return Read(nodes, options, mistakes);
    }

    internal static MachineConfiguration Read(IReadOnlyList<YamlNode> nodes, ConfigurationOptions options,
        List<ConfigurationMistake> mistakes)
    {
        var documents = new List<ConfigurationDocument>(nodes.Count);
        var lines = new Dictionary<string, int>();
        var before = mistakes.Count;
        foreach (var node in nodes)
        {
            if (DocumentReader.Read(node, options, mistakes) is not { } document)
                continue;
            if (!lines.TryAdd(document.Id, document.Line))
                mistakes.Add(new ConfigurationMistake(document.Id, "", document.Line,
                    $"duplicate document; the first starts in line {lines[document.Id]}"));
            else
                documents.Add(document);
        }

        if (documents.Count == 0 && mistakes.Count == before)
            mistakes.Add(new ConfigurationMistake("", "", 0, "the text contains no configuration document"));
        return new MachineConfiguration(documents);
    }

    /// <summary>The documents in Talos's form.</summary>
    public string ToYaml() => YamlWriter.Write([.. Documents.Select(ConfigEncoder.Encode)]);
}
