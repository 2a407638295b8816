using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>Extracts <c>$patch: delete</c> from a document and notes what each deletes (configloader/internal/decoder/delete.go).</summary>
internal sealed class DeleteReader
{
    private readonly YamlMapping _root;
    private readonly List<DeleteSelector> _found = [];

    private DeleteReader(YamlMapping root) => _root = root;

    /// <summary>Reads a document of a patch and removes its deletes.</summary>
    /// <param name="document">The document; it is changed.</param>
    /// <param name="isEmpty">Whether nothing remains to merge.</param>
    /// <exception cref="PatchException">A delete is in a place where Talos does not allow it.</exception>
    public static IReadOnlyList<DeleteSelector> Extract(YamlMapping document, out bool isEmpty)
    {
        var reader = new DeleteReader(document);
        isEmpty = reader.Process(document, [], inSequence: false) || IsEmpty(document);
        return reader._found;
    }

    private bool Process(YamlNode node, List<string> path, bool inSequence)
    {
        if (node is YamlMapping mapping)
            return ProcessMapping(mapping, path, inSequence);
        if (node is not YamlSequence sequence)
            return false;
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            if (!Process(sequence.Items[i], [.. path, $"[{i}]"], inSequence: true))
                continue;
            sequence.Items.RemoveAt(i--);
            if (sequence.Items.Count == 0)
                return true;
        }

        return false;
    }

    private bool ProcessMapping(YamlMapping mapping, List<string> path, bool inSequence)
    {
        for (var i = 0; i < mapping.Entries.Count; i++)
        {
            var (keyNode, value) = mapping.Entries[i];
            var key = (keyNode as YamlScalar)?.Value ?? "";
            if (key == "$patch" && value is YamlScalar { Value: "delete" })
            {
                Add(mapping, path, inSequence);
                return true;
            }

            if (!Process(value, [.. path, key], inSequence: false))
                continue;
            mapping.Entries.RemoveAt(i--);
            if (mapping.Entries.Count == 0)
                return true;
        }

        return false;
    }

    private void Add(YamlMapping mapping, List<string> path, bool inSequence)
    {
        var (key, value) = ("", "");
        if (inSequence)
        {
            var entry = mapping.Entries.Find(e => e is not { Key: YamlScalar { Value: "$patch" }, Value: YamlScalar { Value: "delete" } });
            if (entry.Key is not YamlScalar name)
                throw new PatchException($"{Place(path)}: \"$patch: delete\" in a list needs another key that identifies the entry",
                    mapping.Line);
            (key, value) = (name.Value, (entry.Value as YamlScalar)?.Value ?? "");
        }
        else if (path.Exists(p => p.StartsWith('[')))
        {
            throw new PatchException($"{Place(path)}: \"$patch: delete\" cannot reach into a list entry; delete the whole entry",
                mapping.Line);
        }

        _found.Add(new DeleteSelector(DocumentId(path.Count == 0, mapping.Line), [.. path], key, value, mapping.Line));
    }

    private string DocumentId(bool isDocument, int line)
    {
        var (version, kind, name) = (Text("apiVersion"), Text("kind"), Text("name"));
        if (isDocument && (version.Length == 0 || kind.Length == 0))
            throw new PatchException(
                "\"$patch: delete\" of a document needs its apiVersion and kind; the v1alpha1 document cannot be deleted", line);
        if ((version.Length == 0) != (kind.Length == 0))
            throw new PatchException("a document with \"$patch: delete\" needs both apiVersion and kind, or neither", line);
        return kind.Length == 0 ? DocumentKind.Legacy : _root["name"] is null ? kind : $"{kind}/{name}";
    }

    private string Text(string key) => (_root[key] as YamlScalar)?.Value ?? "";

    private static bool IsEmpty(YamlMapping document) =>
        document.Entries.TrueForAll(e => e is { Key: YamlScalar { Value: "version" or "kind" or "name" }, Value: YamlScalar });

    private static string Place(List<string> path) => string.Join('.', path).Replace(".[", "[", StringComparison.Ordinal);
}
