using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Core.Machines;

/// <summary>Checks whether a text can be a machine configuration at all. <c>rackboot config validate</c> checks whether Talos accepts
/// it.</summary>
public static class MachineConfigCheck
{
    /// <summary>Why <paramref name="text"/> is none; null if it may be one. Nothing of the text is repeated: it holds secrets.</summary>
    public static string? Mistake(string text)
    {
        if (!YamlReader.TryRead(text, out var documents, out _, out var line))
            return line > 0 ? $"it is not YAML (line {line})" : "it is not YAML: it ends in the middle of a structure";
        var said = documents.Where(d => d is not YamlScalar { Kind: YamlKind.Null }).ToList();
        return said.Count == 0 ? "it contains no document"
            : said.Find(d => d is not YamlMapping) is { } other
                ? $"the document at line {other.Line} is not a mapping; a machine configuration begins with version: v1alpha1 or "
                + "apiVersion and kind"
            : null;
    }
}
