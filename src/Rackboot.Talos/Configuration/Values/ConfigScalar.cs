using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>A scalar.</summary>
/// <param name="text">The text as Talos writes it.</param>
/// <param name="isZero">Whether it is the zero value of its type.</param>
/// <param name="parsed">A bool, long (numbers, nanoseconds, bytes), <see cref="GoUrl"/>, or null for texts.</param>
/// <param name="plain">Whether to write it without quotes: numbers, booleans.</param>
public sealed class ConfigScalar(string text, bool isZero, object? parsed = null, bool plain = false, int line = 0, int column = 0)
    : ConfigValue(line, column)
{
    public string Text { get; } = text;

    public bool IsZero { get; } = isZero;

    public object? Parsed { get; } = parsed;

    public bool Plain { get; } = plain;

    /// <summary>A scalar inside a free-form mapping, in its original notation.</summary>
    public YamlScalar? Free { get; init; }

    public override bool IsEmpty(FieldType type) => IsZero;
}
