using Rackboot.Talos.Configuration.Fields;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>
/// A value of a configuration as Talos holds it after decoding: typed, and unchangeable once made, so that documents share what they have
/// in common. A C# null stands for Go's nil or zero value.
/// </summary>
public abstract class ConfigValue(int line, int column)
{
    /// <summary>Where it was written; 0 where Rackboot made it.</summary>
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>Whether Go's YAML library would leave it out under <c>omitempty</c>.</summary>
    public abstract bool IsEmpty(FieldType type);
}
