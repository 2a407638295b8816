using System.Globalization;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos;

/// <summary>The scalars of a YAML document by path, <c>certs.os.crt</c>; elements of a list by their number,
/// <c>endpoints.0</c>.</summary>
internal sealed class YamlLeaves
{
    private readonly Dictionary<string, (string Value, int Line)> _leaves = new(StringComparer.Ordinal);

    /// <summary>Reads every document of <paramref name="text"/>. Returns false with the reason and its line for invalid
    /// YAML; the reason never quotes the text.</summary>
    public static bool TryRead(string text, out IReadOnlyList<YamlLeaves> documents, out string? error)
    {
        documents = [];
        if (!YamlReader.TryRead(text, out var roots, out _, out var line))
        {
            error = line > 0 ? $"line {line}: not valid YAML" : "not valid YAML";
            return false;
        }

        var read = new List<YamlLeaves>();
        error = null;
        foreach (var root in roots)
        {
            var document = new YamlLeaves();
            error ??= document.Take(root, "");
            read.Add(document);
        }

        documents = error is null ? read : [];
        return error is null;
    }

    public bool Has(string section) => _leaves.Keys.Any(path => path.StartsWith(section + ".", StringComparison.Ordinal));

    /// <summary>The value at <paramref name="path"/>, or null if there is none or it is empty.</summary>
    public string? Value(string path) =>
        _leaves.TryGetValue(path, out var leaf) && leaf.Value is not ("" or "null" or "~") ? leaf.Value : null;

    /// <summary>" (line 12)" for a message about <paramref name="path"/>.</summary>
    public string At(string path) => _leaves.TryGetValue(path, out var leaf) ? $" (line {leaf.Line})" : "";

    /// <summary>The values of the list at <paramref name="path"/>.</summary>
    public IEnumerable<string> List(string path)
    {
        for (var i = 0; _leaves.TryGetValue($"{path}.{i}", out var leaf); i++)
            yield return leaf.Value;
    }

    // The reason if the node is invalid.
    private string? Take(YamlNode node, string path) => node switch
    {
        YamlScalar scalar => _leaves.TryAdd(path, (scalar.Value, scalar.Line)) ? null : $"line {scalar.Line}: duplicate key",
        YamlSequence list => list.Items.Select((item, i) => Take(item, Join(path, i.ToString(CultureInfo.InvariantCulture))))
            .FirstOrDefault(error => error is not null),
        YamlMapping mapping => mapping.Entries
            .Select(e => e.Key is YamlScalar key ? Take(e.Value, Join(path, key.Value)) : $"line {e.Key.Line}: a key is not a plain string")
            .FirstOrDefault(error => error is not null),
        _ => null,
    };

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
