using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Core.Machines;

/// <summary>Whether a text can be a machine configuration at all. What Talos takes of it is another matter (<c>rackboot config
/// validate</c>).</summary>
public static class MachineConfigCheck
{
    /// <summary>Why <paramref name="text"/> is none; null if it may be one. Nothing of the text is repeated: it holds secrets.</summary>
    public static string? Mistake(string text)
    {
        if (!YamlReader.TryRead(text, out var documents, out _, out var line))
            return line > 0 ? $"it is no YAML (line {line})" : "it is no YAML: it ends in the middle of something";
        var said = documents.Where(d => d is not YamlScalar { Kind: YamlKind.Null }).ToList();
        return said.Count == 0 ? "there is no document in it"
            : said.Find(d => d is not YamlMapping) is { } other
                ? $"line {other.Line} begins a document that is no mapping; a machine configuration begins with version: v1alpha1 or "
                + "apiVersion and kind"
            : null;
    }
}
