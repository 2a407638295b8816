using System.Globalization;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>A JSON patch (RFC 6902), as JSON or YAML, with negative indices as in evanphx/json-patch.</summary>
internal sealed class JsonPatch
{
    private readonly List<Operation> _operations = [];

    private sealed record Operation(string Name, string Path, string? From, YamlNode? Value, int Line);

    /// <summary>Reads the operations.</summary>
    /// <exception cref="PatchException">It is not a JSON patch.</exception>
    public static JsonPatch Read(YamlSequence sequence)
    {
        var patch = new JsonPatch();
        foreach (var item in sequence.Items)
        {
            if (item is not YamlMapping mapping)
                throw new PatchException("an operation of a JSON patch must be a mapping with op, path and value", item.Line);
            var name = Text(mapping, "op") ?? throw new PatchException("an operation of a JSON patch needs an op", item.Line);
            if (name is not ("add" or "remove" or "replace" or "move" or "copy" or "test"))
                throw new PatchException($"\"{name}\" is not an operation; allowed: add, remove, replace, move, copy, test", item.Line);
            var path = Text(mapping, "path") ?? throw new PatchException("an operation of a JSON patch needs a path", item.Line);
            var operation = new Operation(name, path, Text(mapping, "from"), mapping["value"], item.Line);
            if (name is "add" or "replace" or "test" && operation.Value is null)
                throw new PatchException($"{name} {path}: value is missing", item.Line);
            if (name is "move" or "copy" && operation.From is null)
                throw new PatchException($"{name} {path}: from is missing", item.Line);
            patch._operations.Add(operation);
        }

        return patch;
    }

    /// <summary>Applies the operations in order.</summary>
    /// <param name="document">The document; it is changed.</param>
    /// <exception cref="PatchException">An operation does not apply.</exception>
    public YamlNode Apply(YamlNode document)
    {
        foreach (var operation in _operations)
            document = Apply(document, operation);
        return document;
    }

    private static YamlNode Apply(YamlNode document, Operation operation)
    {
        switch (operation.Name)
        {
            case "add":
                return Add(document, operation, operation.Value!.Clone());
            case "remove":
                Remove(document, operation, operation.Path);
                return document;
            case "replace":
                return Replace(document, operation);
            case "move":
                if (operation.Path.StartsWith(operation.From + "/", StringComparison.Ordinal))
                    throw Fails(operation, "a value cannot be moved into itself");
                return Add(document, operation, Remove(document, operation, operation.From!));
            case "copy":
                return Add(document, operation, Get(document, operation, operation.From!).Clone());
            default:
                Test(document, operation);
                return document;
        }
    }

    private static YamlNode Add(YamlNode document, Operation operation, YamlNode value)
    {
        if (operation.Path.Length == 0)
            return value;
        var (container, key) = Container(document, operation, operation.Path);
        if (container is YamlSequence sequence)
            sequence.Items.Insert(key == "-" ? sequence.Items.Count : Index(key, sequence.Items.Count + 1, operation), value);
        else
            Set((YamlMapping)container, key, value);
        return document;
    }

    private static YamlNode Replace(YamlNode document, Operation operation)
    {
        if (operation.Path.Length == 0)
            return operation.Value!.Clone();
        var (container, key) = Container(document, operation, operation.Path);
        if (container is YamlSequence sequence)
            sequence.Items[Index(key, sequence.Items.Count, operation)] = operation.Value!.Clone();
        else // evanphx/json-patch patch.go, partialDoc.get: it creates a missing key, although RFC 6902 §4.3 refuses
            Set((YamlMapping)container, key, operation.Value!.Clone());
        return document;
    }

    private static YamlNode Remove(YamlNode document, Operation operation, string path)
    {
        if (path.Length == 0)
            throw Fails(operation, "the whole document cannot be removed");
        var (container, key) = Container(document, operation, path);
        if (container is YamlSequence sequence)
        {
            var index = Index(key, sequence.Items.Count, operation);
            var item = sequence.Items[index];
            sequence.Items.RemoveAt(index);
            return item;
        }

        var mapping = (YamlMapping)container;
        var value = mapping[key] ?? throw Fails(operation, "no such key");
        mapping.Entries.RemoveAll(e => e.Key is YamlScalar s && s.Value == key);
        return value;
    }

    private static void Test(YamlNode document, Operation operation)
    {
        YamlNode? found = document;
        if (operation.Path.Length > 0)
        {
            var (container, key) = Container(document, operation, operation.Path);
            found = container is YamlSequence sequence ? sequence.Items[Index(key, sequence.Items.Count, operation)]
                : ((YamlMapping)container)[key];
        }

        if (!Same(found ?? YamlScalar.Null(), operation.Value!))
            throw Fails(operation, "the value differs");
    }

    private static YamlNode Get(YamlNode document, Operation operation, string path)
    {
        if (path.Length == 0)
            return document;
        var (container, key) = Container(document, operation, path);
        return container is YamlSequence sequence ? sequence.Items[Index(key, sequence.Items.Count, operation)]
            : ((YamlMapping)container)[key] ?? throw Fails(operation, "no such key");
    }

    private static (YamlNode Container, string Key) Container(YamlNode document, Operation operation, string path)
    {
        if (path[0] != '/')
            throw Fails(operation, $"the path {path} must start with /");
        var parts = path[1..].Split('/');
        var at = document;
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            if (at is not (YamlMapping or YamlSequence))
                throw Fails(operation, $"no value at /{string.Join('/', parts[..i])}");
            if (i == parts.Length - 1)
                break;
            at = at is YamlSequence sequence ? sequence.Items[Index(parts[i], sequence.Items.Count, operation)]
                : ((YamlMapping)at)[parts[i]] ?? throw Fails(operation, $"no value at /{string.Join('/', parts[..(i + 1)])}");
        }

        return (at, parts[^1]);
    }

    private static int Index(string text, int count, Operation operation)
    {
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            throw Fails(operation, $"\"{text}\" is not a list index");
        var wanted = index;
        if (index < 0)
            index += count;
        return index >= 0 && index < count ? index : throw Fails(operation, $"the list has no entry {wanted}");
    }

    private static void Set(YamlMapping mapping, string key, YamlNode value)
    {
        var index = mapping.Entries.FindIndex(e => e.Key is YamlScalar s && s.Value == key);
        if (index < 0)
            mapping.Add(key, value);
        else
            mapping.Entries[index] = new(mapping.Entries[index].Key, value);
    }

    private static bool Same(YamlNode a, YamlNode b) => (a, b) switch
    {
        (YamlScalar x, YamlScalar y) when x.TryInteger(out var i) && y.TryInteger(out var j) => i == j,
        (YamlScalar { Kind: YamlKind.Bool } x, YamlScalar { Kind: YamlKind.Bool } y) =>
            string.Equals(x.Value, y.Value, StringComparison.OrdinalIgnoreCase),
        (YamlScalar x, YamlScalar y) => x.Kind == y.Kind && (x.Kind == YamlKind.Null || x.Value == y.Value),
        (YamlSequence x, YamlSequence y) => x.Items.Count == y.Items.Count && x.Items.Zip(y.Items).All(p => Same(p.First, p.Second)),
        (YamlMapping x, YamlMapping y) => x.Entries.Count == y.Entries.Count
            && x.Entries.TrueForAll(e => e.Key is YamlScalar key && y[key.Value] is { } other && Same(e.Value, other)),
        _ => false,
    };

    private static string? Text(YamlMapping mapping, string key) => mapping[key] is YamlScalar { Kind: not YamlKind.Null } scalar
        ? scalar.Value : null;

    private static PatchException Fails(Operation operation, string why) =>
        new($"{operation.Name} {operation.Path}: {why}", operation.Line);
}
