using Rackboot.Talos.Configuration.Values;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>Applies patches in order (configpatcher/apply.go, strategic.go, json6902.go).</summary>
public static class ConfigurationPatcher
{
    /// <summary>Applies patches to a configuration.</summary>
    /// <returns>The result; null if a patch does not apply.</returns>
    public static MachineConfiguration? Apply(
        MachineConfiguration configuration, IReadOnlyList<ConfigurationPatch> patches, ConfigurationOptions options,
        List<ConfigurationMistake> mistakes)
    {
        foreach (var patch in patches)
        {
            if (Apply(configuration, patch, options, mistakes) is not { } patched)
                return null;
            configuration = patched;
        }

        return configuration;
    }

    /// <summary>Applies patches to a text.</summary>
    /// <returns>The result as YAML; null if there are errors.</returns>
    public static string? Apply(string text, IReadOnlyList<ConfigurationPatch> patches, ConfigurationOptions options,
        List<ConfigurationMistake> mistakes)
    {
        if (!YamlReader.TryRead(text, out var nodes, out var error, out var line))
        {
            mistakes.Add(new ConfigurationMistake("", "", line, $"not valid YAML: {error}"));
            return null;
        }

        MachineConfiguration? configuration = null;
        foreach (var patch in patches)
        {
            if (patch.Json is not null)
            {
                nodes = configuration is null ? nodes : [.. configuration.Documents.Select(ConfigEncoder.Encode)];
                configuration = null;
                if (!TryApplyJson(nodes, patch, mistakes))
                    return null;
                continue;
            }

            configuration ??= Read(nodes, options, mistakes);
            configuration = configuration is null ? null : Apply(configuration, patch, options, mistakes);
            if (configuration is null)
                return null;
        }

        // A JSON patch does not check fields: read its result again, so that an invalid one is never taken for a configuration.
        if (configuration is null && Read(nodes, options, mistakes) is null)
            return null;
        return configuration?.ToYaml() ?? YamlWriter.Write(nodes);
    }

    private static MachineConfiguration? Apply(MachineConfiguration configuration, ConfigurationPatch patch, ConfigurationOptions options,
        List<ConfigurationMistake> mistakes)
    {
        if (patch.Json is not null)
        {
            List<YamlNode> nodes = [.. configuration.Documents.Select(ConfigEncoder.Encode)];
            if (!TryApplyJson(nodes, patch, mistakes))
                return null;
            var found = new List<ConfigurationMistake>();
            var read = Read(nodes, options, found);
            mistakes.AddRange(found.Select(m => m with { File = patch.Source, Line = 0 })); // lines of the whole, not of the patch
            return read;
        }

        try
        {
            var patched = Merge(configuration, patch.Steps!);
            var conflicts = DocumentConflicts.Find(patched).Select(c => c with { File = patch.Source, Line = 0 }).ToList();
            mistakes.AddRange(conflicts);
            return conflicts.Count == 0 ? patched : null;
        }
        catch (PatchException e)
        {
            mistakes.Add(new ConfigurationMistake("", "", e.Line, e.Message) { File = patch.Source });
            return null;
        }
    }

    private static MachineConfiguration Merge(MachineConfiguration configuration, IReadOnlyList<object> steps)
    {
        var documents = configuration.Documents.ToList();
        foreach (var step in steps)
        {
            var id = step is DeleteSelector delete ? delete.DocumentId : ((ConfigurationDocument)step).Id;
            var index = documents.FindIndex(d => d.Id == id);
            if (step is ConfigurationDocument document)
            {
                if (index < 0)
                    documents.Add(document);
                else
                    documents[index] = documents[index] with { Root = StrategicMerge.Merge(documents[index].Root, document.Root) };
            }
            else if (index >= 0 && step is DeleteSelector selector)
            {
                if (selector.Path.Count == 0)
                    documents.RemoveAt(index);
                else
                    documents[index] = documents[index] with { Root = selector.Apply(documents[index].Root) };
            }
        }

        return new MachineConfiguration(documents);
    }

    private static bool TryApplyJson(List<YamlNode> nodes, ConfigurationPatch patch, List<ConfigurationMistake> mistakes)
    {
        if (nodes.Count != 1)
        {
            mistakes.Add(new ConfigurationMistake("", "", 0,
                $"a JSON patch (RFC 6902) applies to one document, but this configuration has {nodes.Count}; write it as a strategic "
                    + $"merge patch")
            { File = patch.Source });
            return false;
        }

        try
        {
            nodes[0] = patch.Json!.Apply(nodes[0].Clone());
            return true;
        }
        catch (PatchException e)
        {
            mistakes.Add(new ConfigurationMistake("", "", e.Line, e.Message) { File = patch.Source });
            return false;
        }
    }

    private static MachineConfiguration? Read(IReadOnlyList<YamlNode> nodes, ConfigurationOptions options,
        List<ConfigurationMistake> mistakes)
    {
        var before = mistakes.Count;
        var configuration = MachineConfiguration.Read(nodes, options, mistakes);
        return mistakes.Count == before ? configuration : null;
    }
}
