using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Values;

namespace Rackboot.Talos.Configuration.Patching;

/// <summary>
/// Merges values as Talos does (pkg/machinery/config/merge/merge.go, and the Merge methods of pkg/machinery/config/types). One rule
/// is surprising: a plain bool, CEL expression or byte size that is not behind a pointer takes the patch's value even if the
/// patch does not mention it. So do crt and key of a PEM pair (siderolabs/crypto x509/key.go decodes an absent one to empty bytes).
/// </summary>
internal static class StrategicMerge
{
    /// <summary>Merges two structs field by field.</summary>
    /// <param name="left">The base.</param>
    /// <param name="right">The patch.</param>
    /// <exception cref="PatchException">The values have different kinds.</exception>
    public static ConfigStruct Merge(ConfigStruct left, ConfigStruct right) => MergeStruct(left, right, left.Type, "")!;

    private static ConfigValue? Merge(ConfigValue? left, ConfigValue? right, FieldType type, Field? field, string path,
        bool overwrite = false)
    {
        switch (type.Shape)
        {
            case TypeShape.Pointer:
                return right is null ? left : left is null ? right : Merge(left, right, type.Element!, field, path, overwrite: true);
            case TypeShape.Struct:
                return MergeStruct(left as ConfigStruct, right as ConfigStruct, type, path);
            case TypeShape.List:
                return right is null ? left : MergeList(left as ConfigList, (ConfigList)right, type, field, path);
            case TypeShape.Map:
                return right is null ? left : left is null ? right : MergeMap((ConfigMap)left, (ConfigMap)right, type.Element, path);
            case TypeShape.Free:
                return right is null or ConfigMap { Values.Count: 0 } || left is null ? right is ConfigMap { Values.Count: > 0 } ? right
                    : left ?? right
                    : field is { Whole: true } ? right : MergeMap((ConfigMap)left, (ConfigMap)right, null, path);
            case TypeShape.Any:
                return right is null ? left : left is null ? right : MergeAny(left, right, path);
            default:
                return MergeScalar(left as ConfigScalar, right as ConfigScalar, type, overwrite);
        }
    }

    private static ConfigStruct? MergeStruct(ConfigStruct? left, ConfigStruct? right, FieldType type, string path)
    {
        if (left is null)
            return right;
        if (right is null && !type.ResetsWhenAbsent)
            return left;
        var values = new Dictionary<string, ConfigValue>(left.Values);
        foreach (var field in type.Fields.Where(f => right?[f.Key] is not null || f.Type.ResetsWhenAbsent))
        {
            var merged = Merge(left[field.Key], right?[field.Key], field.Type, field, path.Length == 0 ? field.Key : $"{path}.{field.Key}");
            if (merged is null)
                values.Remove(field.Key);
            else
                values[field.Key] = merged;
        }

        return new ConfigStruct(type, values, left.Line, left.Column);
    }

    private static ConfigList MergeList(ConfigList? left, ConfigList right, FieldType type, Field? field, string path)
    {
        if (field is { Whole: true })
            return right;
        if (field is { MergeBy.Count: > 0 })
            return MergeByKey(left, right, field, path);
        if (field?.SwapBy is { } key)
            return Swap(left, right, key);
        return left is null ? right : new ConfigList([.. left.Items, .. right.Items], left.Line, left.Column);
    }

    // v1alpha1_types.go NetworkDeviceList, VlanList, AdmissionPluginConfigList; runtime/extensions/service_config.go ConfigFileList
    private static ConfigList MergeByKey(ConfigList? left, ConfigList right, Field field, string path)
    {
        List<ConfigValue?> items = [.. left?.Items ?? []];
        foreach (var entry in right.Items.OfType<ConfigStruct>())
        {
            var key = field.MergeBy.FirstOrDefault(k => field.MergeBy.Count == 1
                || entry[k] is not (null or ConfigScalar { IsZero: true }));
            var index = key is null ? -1 : items.FindIndex(i => i is ConfigStruct candidate
                && ConfigEquality.Same(candidate[key], entry[key]));
            if (index < 0)
                items.Add(entry);
            else
                items[index] = MergeStruct((ConfigStruct)items[index]!, entry, entry.Type, $"{path}[{index}]");
        }

        return new ConfigList(items, left?.Line ?? right.Line, left?.Column ?? right.Column);
    }

    // security/image_verification.go ImageVerificationRules
    private static ConfigList Swap(ConfigList? left, ConfigList right, string key)
    {
        List<ConfigValue?> items = [.. left?.Items ?? []];
        var known = items.Count;
        foreach (var entry in right.Items.OfType<ConfigStruct>())
        {
            var index = known == 0 ? -1 : items.FindLastIndex(known - 1, i => i is ConfigStruct candidate
                && ConfigEquality.Same(candidate[key], entry[key]));
            if (index < 0)
                items.Add(entry);
            else
                items[index] = entry;
        }

        return new ConfigList(items, left?.Line ?? right.Line, left?.Column ?? right.Column);
    }

    private static ConfigMap MergeMap(ConfigMap left, ConfigMap right, FieldType? element, string path)
    {
        var values = new Dictionary<string, ConfigValue?>(left.Values);
        foreach (var (key, value) in right.Values)
        {
            if (!values.TryGetValue(key, out var present) || present is null
                || element is { Scalar: ScalarType.Argument, Shape: TypeShape.Scalar })
                values[key] = value;
            else
                values[key] = element is null ? MergeAny(present, value, $"{path}.{key}")
                    : Merge(present, value, element, null, $"{path}.{key}");
        }

        return new ConfigMap(values, left.Line, left.Column);
    }

    private static ConfigValue? MergeAny(ConfigValue left, ConfigValue? right, string path)
    {
        switch (left, right)
        {
            case (ConfigMap map, ConfigMap other):
                return MergeMap(map, other, null, path);
            case (ConfigList list, ConfigList other):
                return new ConfigList([.. list.Items, .. other.Items], list.Line, list.Column);
            case (ConfigScalar scalar, ConfigScalar other) when scalar.Free!.Kind == other.Free!.Kind:
                return other.IsZero && other.Free.Kind != Yaml.YamlKind.Bool ? left : other;
            default:
                throw new PatchException(
                    $"{path}: {Describe(right)} cannot be merged into {Describe(left)}; delete the key first with \"$patch: delete\"");
        }
    }

    private static ConfigScalar? MergeScalar(ConfigScalar? left, ConfigScalar? right, FieldType type, bool overwrite)
    {
        if (left is null)
            return right;
        return type.Scalar switch
        {
            ScalarType.Cel or ScalarType.ByteSize or ScalarType.Base64 => right,
            ScalarType.Bool => right ?? new ConfigScalar("false", true, false, plain: true),
            ScalarType.Url when right is { Parsed: GoUrl patch } && left is { Parsed: GoUrl url } => MergeUrl(url, patch, right),
            _ => right is null || (right.IsZero && !overwrite) ? left : right,
        };
    }

    private static ConfigScalar MergeUrl(GoUrl left, GoUrl right, ConfigScalar place)
    {
        var merged = left.Merge(right);
        var text = merged.ToString();
        return new ConfigScalar(text, text.Length == 0, merged, line: place.Line, column: place.Column);
    }

    private static string Describe(ConfigValue? value) => value switch
    {
        null => "nothing",
        ConfigMap => "a mapping",
        ConfigList => "a list",
        ConfigScalar { Free.Kind: Yaml.YamlKind.String } => "a text",
        ConfigScalar { Free.Kind: Yaml.YamlKind.Bool } => "a boolean",
        _ => "a number",
    };
}
