using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>The target of a <c>$patch: delete</c> (configloader/internal/decoder/selector.go).</summary>
/// <param name="DocumentId">The document, <c>v1alpha1</c> or <c>LinkConfig/eth0</c>.</param>
/// <param name="Path">The keys down to it; empty for the document itself. A list entry is <c>[n]</c>; n has no meaning.</param>
/// <param name="Key">The field that identifies the list entry.</param>
/// <param name="Value">The field's value.</param>
/// <param name="Line">The line in the patch.</param>
internal sealed record DeleteSelector(string DocumentId, IReadOnlyList<string> Path, string Key, string Value, int Line)
{
    /// <summary>The document after the deletion.</summary>
    /// <exception cref="PatchException">The target does not exist.</exception>
    public ConfigStruct Apply(ConfigStruct root) => DeleteField(root, 0);

    private ConfigStruct DeleteField(ConfigStruct from, int depth)
    {
        var field = from.Type.Find(Path[depth]) ?? throw Absent();
        if (field.Type.Scalar == ScalarType.Base64) // PEMEncodedCertificateAndKey: its fields have no names that Talos can look up
            throw Absent();
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
            throw new PatchException($"{Place()}: \"$patch: delete\" cannot find entries of nested lists", Line);
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

    // Talos compares text fields only; numbers and texts behind a pointer never match.
    private static bool IsComparable(FieldType type, string key) => type.Find(key)?.Type is { } field && (field.Shape == TypeShape.Scalar
        ? field.Scalar is not (ScalarType.Bool or ScalarType.Int or ScalarType.Int32 or ScalarType.UInt8 or ScalarType.UInt16
            or ScalarType.UInt32 or ScalarType.UInt64
            or ScalarType.Base64 or ScalarType.ByteSize or ScalarType.Size or ScalarType.DiskSize)
        : field.Target.Scalar is ScalarType.Enum or ScalarType.Url);

    private PatchException Absent() => new($"{Place()}: nothing to delete here", Line);

    private string Place() => string.Join('.', Path).Replace(".[", "[", StringComparison.Ordinal);
}
