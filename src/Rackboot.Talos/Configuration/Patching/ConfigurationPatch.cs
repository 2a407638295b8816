using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>A patch of a machine configuration: a strategic merge patch (documents like those it patches) or a JSON patch (RFC
/// 6902).</summary>
public sealed class ConfigurationPatch
{
    private ConfigurationPatch(string? source) => Source = source;

    /// <summary>The file it came from, or null.</summary>
    public string? Source { get; }

    /// <summary>Documents to merge, and what to delete first, in the order in which they apply. Null in a JSON patch.</summary>
    internal IReadOnlyList<object>? Steps { get; private init; }

    internal JsonPatch? Json { get; private init; }

    /// <summary>Whether the argument of <c>--patch</c> is the patch itself, not a file: texts with a line break or a space, or that begin a
    /// list or a mapping.</summary>
    public static bool IsInline(string argument) =>
        !argument.StartsWith('@') && (argument.Contains('\n', StringComparison.Ordinal) || argument.Contains(' ', StringComparison.Ordinal)
            || argument.StartsWith('[') || argument.StartsWith('{'));

    /// <summary>Reads a patch strictly (configpatcher/load.go).</summary>
    /// <param name="text">The patch, YAML or JSON.</param>
    /// <param name="source">The file, for messages; null where there is none.</param>
    /// <param name="options">What decides what is taken.</param>
    /// <param name="mistakes">What is wrong.</param>
    /// <returns>The patch; null where there are mistakes.</returns>
    public static ConfigurationPatch? Read(string text, string? source, ConfigurationOptions options, List<ConfigurationMistake> mistakes)
    {
        var found = new List<ConfigurationMistake>();
        var patch = Read(text, source, options, found, out var line, out var reason);
        if (reason is not null)
            found.Add(new ConfigurationMistake("", "", line, reason));
        mistakes.AddRange(found.Select(m => m with { File = source }));
        return found.Count == 0 ? patch : null;
    }

    /// <summary>A strategic merge patch that Rackboot made itself.</summary>
    internal static ConfigurationPatch? Of(IReadOnlyList<YamlNode> nodes, ConfigurationOptions options, List<ConfigurationMistake> mistakes)
    {
        var (before, steps) = (mistakes.Count, new List<object>());
        foreach (var node in nodes)
            ReadStep(node, options, mistakes, steps);
        return mistakes.Count == before ? new ConfigurationPatch(null) { Steps = steps } : null;
    }

    private static ConfigurationPatch? Read(
        string text, string? source, ConfigurationOptions options, List<ConfigurationMistake> mistakes, out int line, out string? reason)
    {
        (line, reason) = (0, null);
        if (text.AsSpan().TrimStart().StartsWith("[") && JsonText.Read(text) is YamlSequence json)
            return OfJson(json, source, out line, out reason);
        if (!YamlReader.TryRead(text, out var nodes, out var error, out line))
        {
            reason = $"this is no YAML: {error}";
            return null;
        }

        if (nodes.Count == 1 && nodes[0] is YamlSequence sequence)
            return OfJson(sequence, source, out line, out reason);
        var steps = new List<object>();
        try
        {
            foreach (var node in nodes)
                ReadStep(node, options, mistakes, steps);
        }
        catch (PatchException e)
        {
            (line, reason) = (e.Line, e.Message);
        }

        return new ConfigurationPatch(source) { Steps = Order(steps) };
    }

    private static void ReadStep(YamlNode node, ConfigurationOptions options, List<ConfigurationMistake> mistakes, List<object> steps)
    {
        if (node is YamlMapping mapping)
        {
            steps.AddRange(DeleteReader.Extract(mapping, out var isEmpty));
            if (isEmpty)
                return;
        }

        if (DocumentReader.Read(node, options, mistakes) is { } document)
            steps.Add(document);
    }

    // container.go, Documents: what is deleted from v1alpha1 goes first.
    private static List<object> Order(List<object> steps) =>
        [.. steps.OrderBy(s => s is not DeleteSelector { DocumentId: Fields.DocumentKind.Legacy })];

    private static ConfigurationPatch? OfJson(YamlSequence sequence, string? source, out int line, out string? reason)
    {
        (line, reason) = (0, null);
        try
        {
            return new ConfigurationPatch(source) { Json = JsonPatch.Read(sequence) };
        }
        catch (PatchException e)
        {
            (line, reason) = (e.Line, e.Message);
            return null;
        }
    }
}
