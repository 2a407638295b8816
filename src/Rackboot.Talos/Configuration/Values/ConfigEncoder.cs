using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>Writes values in Talos's encoding: fields in struct order, zero values unless <c>omitempty</c>, mappings sorted by
/// key.</summary>
internal static class ConfigEncoder
{
    public static YamlNode Encode(ConfigurationDocument document)
    {
        var mapping = new YamlMapping(document.Line);
        if (!document.IsLegacy)
        {
            mapping.Add("apiVersion", YamlScalar.Of("v1alpha1"));
            mapping.Add("kind", YamlScalar.Text(document.Kind.Name));
        }

        EncodeFields(mapping, document.Root.Type, document.Root);
        return mapping;
    }

    private static YamlNode Encode(ConfigValue? value, FieldType type)
    {
        switch (type.Shape)
        {
            case TypeShape.Pointer:
                return value is null ? YamlScalar.Null() : Encode(value, type.Element!);
            case TypeShape.Struct:
                var mapping = new YamlMapping(value?.Line ?? 0);
                EncodeFields(mapping, type, value as ConfigStruct);
                return mapping;
            case TypeShape.List:
                return EncodeList(value as ConfigList, type.Element!);
            case TypeShape.Map:
                return EncodeMap(value as ConfigMap, type.Element);
            case TypeShape.Free:
                return EncodeMap(value as ConfigMap, null);
            case TypeShape.Any:
                return EncodeAny(value);
            default:
                return value is ConfigList list ? EncodeList(list, type) : value is null ? EncodeZero(type)
                    : EncodeScalar((ConfigScalar)value);
        }
    }

    private static void EncodeFields(YamlMapping mapping, FieldType type, ConfigStruct? value)
    {
        foreach (var field in type.Fields)
        {
            var present = value?[field.Key];
            if (!field.OmitEmpty || (present is not null && (field.Type.Shape == TypeShape.Pointer || !present.IsEmpty(field.Type))))
                mapping.Add(field.Key, Encode(present, field.Type));
        }
    }

    private static YamlSequence EncodeList(ConfigList? list, FieldType element)
    {
        var sequence = new YamlSequence(list?.Line ?? 0);
        foreach (var item in list?.Items ?? [])
            sequence.Items.Add(Encode(item, element));
        return sequence;
    }

    private static YamlMapping EncodeMap(ConfigMap? map, FieldType? element)
    {
        var mapping = new YamlMapping(map?.Line ?? 0);
        foreach (var (key, value) in (map?.Values ?? new Dictionary<string, ConfigValue?>()).OrderBy(e => e.Key, StringComparer.Ordinal))
            mapping.Add(key, element is null ? EncodeAny(value) : value is null ? YamlScalar.Null() : Encode(value, element));
        return mapping;
    }

    private static YamlNode EncodeAny(ConfigValue? value)
    {
        switch (value)
        {
            case ConfigMap map:
                return EncodeMap(map, null);
            case ConfigList list:
                var sequence = new YamlSequence(list.Line);
                sequence.Items.AddRange(list.Items.Select(EncodeAny));
                return sequence;
            case ConfigScalar scalar:
                return EncodeScalar(scalar);
            default:
                return YamlScalar.Null();
        }
    }

    private static YamlScalar EncodeScalar(ConfigScalar scalar) => scalar.Free
        ?? (scalar.Plain ? YamlScalar.Of(scalar.Text) : YamlScalar.Text(scalar.Text));

    private static YamlScalar EncodeZero(FieldType type) => type.Scalar switch
    {
        ScalarType.Bool => YamlScalar.Of("false"),
        ScalarType.Int or ScalarType.Int32 or ScalarType.UInt8 or ScalarType.UInt16 or ScalarType.UInt32 or ScalarType.UInt64
            or ScalarType.DiskSize => YamlScalar.Of("0"),
        ScalarType.FileMode => YamlScalar.Of("0o0"),
        ScalarType.Duration => YamlScalar.Text("0s"),
        ScalarType.Enum => YamlScalar.Text(type.Words[0]),
        ScalarType.RoutingTable => YamlScalar.Text("unspec"),
        ScalarType.Argument => YamlScalar.Null(),
        _ => YamlScalar.Text(""),
    };
}
