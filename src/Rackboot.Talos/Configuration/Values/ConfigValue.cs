using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>
/// A value of a configuration as Talos holds it after decoding: typed and immutable, so that documents can share common
/// parts. A C# null means Go's nil or zero value.
/// </summary>
public abstract class ConfigValue(int line, int column)
{
    /// <summary>Its line; 0 if Rackboot generated it.</summary>
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>Whether Go's YAML library would omit it under <c>omitempty</c>.</summary>
    public abstract bool IsEmpty(FieldType type);
}
