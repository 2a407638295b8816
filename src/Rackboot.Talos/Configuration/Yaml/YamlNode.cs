namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>A node of a YAML document, with its place. Aliases are already replaced by copies.</summary>
public abstract class YamlNode(int line, int column)
{
    /// <summary>From 1; 0 for a node without a file.</summary>
    public int Line { get; } = line;

    /// <summary>From 1; 0 for a node without a file.</summary>
    public int Column { get; } = column;

    /// <summary>A deep copy.</summary>
    public abstract YamlNode Clone();
}
