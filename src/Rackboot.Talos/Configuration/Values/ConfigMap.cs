using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>A mapping from names to values: labels, sysctls, a free-form body.</summary>
public sealed class ConfigMap(IReadOnlyDictionary<string, ConfigValue?> values, int line = 0, int column = 0) : ConfigValue(line, column)
{
    /// <summary>The entries, in the order of the file.</summary>
    public IReadOnlyDictionary<string, ConfigValue?> Values { get; } = values;

    public ConfigValue? this[string key] => Values.GetValueOrDefault(key);

    public override bool IsEmpty(FieldType type) => Values.Count == 0;
}
