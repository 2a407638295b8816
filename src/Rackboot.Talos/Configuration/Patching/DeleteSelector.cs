using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>What one <c>$patch: delete</c> takes away (configloader/internal/decoder/selector.go).</summary>
/// <param name="DocumentId">The document, <c>v1alpha1</c> or <c>LinkConfig/eth0</c>.</param>
/// <param name="Path">The keys down to it; none for the document itself. A list entry is <c>[n]</c>, n without a meaning.</param>
/// <param name="Key">The field that finds the list entry.</param>
/// <param name="Value">The value it has there.</param>
/// <param name="Line">Where the patch says so.</param>
internal sealed record DeleteSelector(string DocumentId, IReadOnlyList<string> Path, string Key, string Value, int Line)
{
    /// <summary>The document without what is deleted.</summary>
    /// <exception cref="PatchException">There is nothing at that place.</exception>
    public ConfigStruct Apply(ConfigStruct root) => DeleteField(root, 0);

    private ConfigStruct DeleteField(ConfigStruct from, int depth)
    {
        var field = from.Type.Find(Path[depth]) ?? throw Absent();
        if (depth == Path.Count - 1)
            return from.With(field.Key, null);
        var type = field.Type.Target;
        var value = from[field.Key];
        if (value is null && field.Type.Shape == TypeShape.Struct)
            value = new ConfigStruct(type, new Dictionary<string, ConfigValue>());
        return from.With(field.Key, Delete(value, depth + 1));
    }

    private ConfigValue Delete(ConfigValue? value, int depth) => value switch
    {
        ConfigStruct inner => DeleteField(inner, depth),
        ConfigMap map => DeleteKey(map, depth),
        ConfigList list => DeleteEntry(list, depth),
        _ => throw Absent(),
    };

    private ConfigMap DeleteKey(ConfigMap map, int depth)
    {
        if (!map.Values.TryGetValue(Path[depth], out var value))
            throw Absent();
        var values = new Dictionary<string, ConfigValue?>(map.Values);
        if (depth == Path.Count - 1)
            values.Remove(Path[depth]);
        else
            values[Path[depth]] = Delete(value, depth + 1);
        return new ConfigMap(values, map.Line, map.Column);
    }

    private ConfigList DeleteEntry(ConfigList list, int depth)
    {
        if (depth != Path.Count - 1)
            throw new PatchException($"{Place()}: \"$patch: delete\" finds entries of one list, not of lists in a list", Line);
        var items = list.Items.ToList();
        var index = items.FindIndex(i => i is ConfigStruct entry && entry[Key] is ConfigScalar scalar && IsComparable(entry.Type, Key)
            && scalar.Text == Value);
        if (index < 0)
        {
            var isSecret = list.Items.OfType<ConfigStruct>().Any(entry => entry.Type.Find(Key) is { Secret: true });
            throw new PatchException($"{Place()}: no entry has {Key}: {(isSecret ? SecretRedaction.Mark : Value)}", Line);
        }


        items.RemoveAt(index);
        return new ConfigList(items, list.Line, list.Column);
    }

    // Talos compares the text of a field; numbers and texts behind a pointer have none.
    private static bool IsComparable(FieldType type, string key) => type.Find(key)?.Type is { } field && (field.Shape == TypeShape.Scalar
        ? field.Scalar is not (ScalarType.Bool or ScalarType.Int or ScalarType.Int32 or ScalarType.UInt8 or ScalarType.UInt16
            or ScalarType.UInt32 or ScalarType.UInt64
            or ScalarType.Base64 or ScalarType.ByteSize or ScalarType.Size or ScalarType.DiskSize)
        : field.Target.Scalar is ScalarType.Enum or ScalarType.Url);

    private PatchException Absent() => new($"{Place()}: there is nothing to delete here", Line);

    private string Place() => string.Join('.', Path).Replace(".[", "[", StringComparison.Ordinal);
}
