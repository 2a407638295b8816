using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>
/// Decodes one document strictly, as Talos does (configloader/internal/decoder/decoder.go, siderolabs/gen xyaml): unknown and repeated keys
/// and wrong types are errors. It collects all errors.
/// </summary>
internal sealed class ConfigDecoder(string document, TalosRelease? release, List<ConfigurationMistake> mistakes)
{
    private const int MostMistakes = 1000;

    private static readonly TalosRelease FirstThatRefusesDates = new(1, 14); // with go-yaml v4.0.0-rc.6
    private static readonly TalosRelease FirstWithArgumentLists = new(1, 13);
    private static readonly TalosRelease FirstWithRelativeSizes = new(1, 12);

    /// <summary>Decodes a value. Null is Go's nil or zero value, or the result of an error.</summary>
    public ConfigValue? Decode(YamlNode node, FieldType type, string path, Field? field = null)
    {
        if (node is YamlScalar { Kind: YamlKind.Null })
            return null;
        switch (type.Shape)
        {
            case TypeShape.Pointer:
                return Decode(node, type.Element!, path, field);
            case TypeShape.Struct when node is YamlMapping mapping:
                return DecodeStruct(mapping, type, path);
            case TypeShape.List when node is YamlSequence sequence:
                return DecodeList(sequence, type.Element!, path, field);
            case TypeShape.Map when node is YamlMapping mapping:
                return DecodeMap(mapping, type.Element!, path, field);
            case TypeShape.Free when node is YamlMapping mapping:
                return DecodeMap(mapping, null, path, null);
            case TypeShape.Any:
                return DecodeAny(node, path);
            case TypeShape.Scalar when node is YamlScalar scalar:
                return DecodeScalar(scalar, type, path, field);
            case TypeShape.Scalar when type.Scalar == ScalarType.Argument && node is YamlSequence sequence:
                return DecodeArguments(sequence, path);
            default:
                Report(node, path, $"needs {type.Describe()}, not {Describe(node)}");
                return null;
        }
    }

    /// <summary>Decodes the fields of a mapping.</summary>
    /// <param name="ignored">Keys that belong to the document, not to the type.</param>
    public ConfigStruct DecodeStruct(YamlMapping mapping, FieldType type, string path, params ReadOnlySpan<string> ignored)
    {
        var values = new Dictionary<string, ConfigValue>(mapping.Entries.Count);
        var lines = new Dictionary<string, int>(mapping.Entries.Count);
        foreach (var (keyNode, valueNode) in mapping.Entries)
        {
            if (Key(keyNode, path) is not { } key || IsRepeated(keyNode, key, lines, path) || ignored.Contains(key))
                continue;
            var place = path.Length == 0 ? key : $"{path}.{key}";
            if (type.Find(key) is not { } field)
            {
                Report(keyNode, place, mistakes.Count < MostMistakes ? Unknown(key, type) : "unknown field");
                continue;
            }

            if (release is { } wanted && field.Since is { } since && wanted < since)
                Report(keyNode, place, $"Talos {wanted} does not support this field; it needs {since} or later");
            if (Decode(valueNode, field.Type, place, field) is { } value)
                values[key] = value;
        }

        return new ConfigStruct(type, values, mapping.Line, mapping.Column);
    }

    private ConfigList DecodeList(YamlSequence sequence, FieldType element, string path, Field? field)
    {
        var items = new List<ConfigValue?>(sequence.Items.Count);
        for (var i = 0; i < sequence.Items.Count; i++)
        {
            var item = Decode(sequence.Items[i], element, $"{path}[{i}]", field);
            if (item is not null || element.Shape == TypeShape.Pointer)
                items.Add(field is { Trimmed: true } && item is ConfigStruct s ? Trim(s) : item);
        }

        return new ConfigList(items, sequence.Line, sequence.Column);
    }

    // v1alpha1_types.go, ClusterInlineManifests: leading line breaks of a manifest are dropped.
    private static ConfigStruct Trim(ConfigStruct manifest)
    {
        if (manifest["contents"] is not ConfigScalar contents)
            return manifest;
        var text = contents.Text.TrimStart('\t', '\n', '\v', '\f', '\r');
        return manifest.With("contents", new ConfigScalar(text, text.Length == 0, line: contents.Line, column: contents.Column));
    }

    private ConfigMap DecodeMap(YamlMapping mapping, FieldType? element, string path, Field? field)
    {
        var values = new Dictionary<string, ConfigValue?>(mapping.Entries.Count);
        var lines = new Dictionary<string, int>(mapping.Entries.Count);
        foreach (var (keyNode, valueNode) in mapping.Entries)
        {
            if (keyNode is YamlScalar { Kind: YamlKind.Merge } || Key(keyNode, path) is not { } key
                || IsRepeated(keyNode, key, lines, path))
                continue;
            var place = $"{path}.{key}";
            values[key] = element is null ? DecodeAny(valueNode, place) : Decode(valueNode, element, place, field)
                ?? Zero(element, valueNode);
        }

        foreach (var merged in mapping.Entries.Where(e => e.Key is YamlScalar { Kind: YamlKind.Merge })
            .SelectMany(e => e.Value is YamlSequence s ? s.Items : [e.Value]))
            MergeInto(values, merged, element, path, field);
        return new ConfigMap(values, mapping.Line, mapping.Column);
    }

    private void MergeInto(Dictionary<string, ConfigValue?> values, YamlNode merged, FieldType? element, string path, Field? field)
    {
        if (merged is not YamlMapping mapping)
        {
            Report(merged, path, "\"<<\" takes a mapping or a list of mappings");
            return;
        }

        foreach (var (key, value) in DecodeMap(mapping, element, path, field).Values)
            values.TryAdd(key, value);
    }

    private ConfigValue? DecodeAny(YamlNode node, string path)
    {
        switch (node)
        {
            case YamlMapping mapping:
                return DecodeMap(mapping, null, path, null);
            case YamlSequence sequence:
                return new ConfigList([.. sequence.Items.Select((item, i) => DecodeAny(item, $"{path}[{i}]"))], sequence.Line,
                    sequence.Column);
            case YamlScalar { Kind: YamlKind.Null }:
                return null;
            default:
                var scalar = (YamlScalar)node;
                if (scalar.Kind == YamlKind.Other && scalar.Tag is "!!int" or "!!float" or "!!bool")
                    Report(node, path, $"the tag {scalar.Tag} does not match the value");
                var number = scalar.Kind is YamlKind.Int or YamlKind.Float;
                var zero = scalar.Kind == YamlKind.Bool ? scalar.Value is "false" or "False" or "FALSE" : number
                    ? scalar.TryInteger(out var i) && i.IsZero : scalar.Value.Length == 0;
                return new ConfigScalar(scalar.Value, zero, line: scalar.Line, column: scalar.Column) { Free = scalar };
        }
    }

    private ConfigScalar? DecodeScalar(YamlScalar node, FieldType type, string path, Field? field)
    {
        if (node.Kind == YamlKind.Timestamp && type.Scalar is ScalarType.String or ScalarType.Argument or ScalarType.DiskType
            && (release ?? FirstThatRefusesDates) >= FirstThatRefusesDates)
        {
            Report(node, path, "is a date, not a text; write it in quotes");
            return null;
        }

        if (type.Scalar is ScalarType.Size or ScalarType.ByteSize && release < FirstWithRelativeSizes
            && node.Value.AsSpan().IndexOfAny('%', '-') >= 0)
        {
            Report(node, path, $"percentages and negative sizes need Talos {FirstWithRelativeSizes} or later");
            return null;
        }

        if (ScalarReader.Read(node, type) is { } value)
            return value;
        var hidden = field is { Secret: true } || type.Scalar is ScalarType.Base64 || node.Value.Length > 60
            || (type.Scalar == ScalarType.Url && node.Value.AsSpan().IndexOfAny('@', '?') >= 0); // a password, a token
        Report(node, path, hidden ? $"is not {type.Describe()}" : $"\"{Printable(node.Value)}\" is not {type.Describe()}");
        return null;
    }

    private ConfigList? DecodeArguments(YamlSequence sequence, string path)
    {
        if (release is { } wanted && wanted < FirstWithArgumentLists)
            Report(sequence, path, $"Talos {wanted} needs a text here; lists need {FirstWithArgumentLists} or later");
        if (sequence.Items.Exists(i => i is not YamlScalar))
        {
            Report(sequence, path, "needs a text or a list of texts");
            return null;
        }

        return new ConfigList(
            [.. sequence.Items.Cast<YamlScalar>().Where(s => s.Kind != YamlKind.Null)
                .Select(s => new ConfigScalar(s.Value, s.Value.Length == 0, line: s.Line, column: s.Column))],
            sequence.Line, sequence.Column);
    }

    // A key without a value: the zero value of the map's element type, nil for a pointer.
    private static ConfigValue? Zero(FieldType element, YamlNode at) => element switch
    {
        { Shape: TypeShape.Struct } => new ConfigStruct(element, new Dictionary<string, ConfigValue>(), at.Line, at.Column),
        { Shape: TypeShape.Scalar, Scalar: ScalarType.String } => new ConfigScalar("", true, line: at.Line, column: at.Column),
        { Shape: TypeShape.Scalar, Scalar: ScalarType.Bool } => new ConfigScalar("false", true, false, plain: true, at.Line, at.Column),
        _ => null,
    };

    private string? Key(YamlNode node, string path)
    {
        if (node is YamlScalar key)
            return key.Value;
        Report(node, path, "a key must be a text");
        return null;
    }

    private bool IsRepeated(YamlNode node, string key, Dictionary<string, int> lines, string path)
    {
        if (lines.TryAdd(key, node.Line))
            return false;
        Report(node, path.Length == 0 ? key : $"{path}.{key}", $"duplicate key; the first is in line {lines[key]}");
        return true;
    }

    private void Report(YamlNode at, string path, string message)
    {
        if (mistakes.Count < MostMistakes)
            mistakes.Add(new ConfigurationMistake(document, path, at.Line, message));
        else if (mistakes.Count == MostMistakes)
            mistakes.Add(new ConfigurationMistake(document, path, at.Line, $"errors after the first {MostMistakes} are not listed"));
    }

    private static string Unknown(string key, FieldType type)
    {
        var near = type.Fields.Select(f => f.Key).FirstOrDefault(k => string.Equals(k, key, StringComparison.OrdinalIgnoreCase))
            ?? type.Fields.Select(f => f.Key).Select(k => (Key: k, Distance: Distance(k, key)))
                .Where(k => k.Distance <= Math.Max(1, key.Length / 4))
                .OrderBy(k => k.Distance).Select(k => k.Key).FirstOrDefault();
        return near is null ? "unknown field" : $"unknown field; did you mean {near}?";
    }

    private static int Distance(string a, string b)
    {
        if (Math.Abs(a.Length - b.Length) > 8 || b.Length > 64)
            return int.MaxValue;
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0]++;
            for (var j = 1; j <= b.Length; j++)
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
        }

        return row[b.Length];
    }

    private static string Describe(YamlNode node) =>
        node switch { YamlMapping => "a mapping", YamlSequence => "a list", _ => "a single value" };

    private static string Printable(string text) => new([.. text.Select(c => char.IsControl(c) ? ' ' : c)]);
}
