using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>A list. An entry is null for a nil pointer.</summary>
public sealed class ConfigList(IReadOnlyList<ConfigValue?> items, int line = 0, int column = 0) : ConfigValue(line, column)
{
    public IReadOnlyList<ConfigValue?> Items { get; } = items;

    public override bool IsEmpty(FieldType type) => Items.Count == 0;
}
