using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>A mapping with known fields.</summary>
public sealed class ConfigStruct(FieldType type, IReadOnlyDictionary<string, ConfigValue> values, int line = 0, int column = 0)
    : ConfigValue(line, column)
{
    public FieldType Type { get; } = type;

    /// <summary>The fields that are present.</summary>
    public IReadOnlyDictionary<string, ConfigValue> Values { get; } = values;

    public ConfigValue? this[string key] => Values.GetValueOrDefault(key);

    /// <summary>A copy with one field set or removed.</summary>
    public ConfigStruct With(string key, ConfigValue? value)
    {
        var copy = new Dictionary<string, ConfigValue>(Values);
        if (value is null)
            copy.Remove(key);
        else
            copy[key] = value;
        return new ConfigStruct(Type, copy, Line, Column);
    }

    public override bool IsEmpty(FieldType type) => type.Shape != TypeShape.Pointer
        && Type.Fields.All(f => this[f.Key] is not { } value || (f.Type.Shape != TypeShape.Pointer && value.IsEmpty(f.Type)));
}
