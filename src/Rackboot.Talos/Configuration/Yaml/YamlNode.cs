namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>A node of a YAML document, with its place. Aliases are already copies of what they name.</summary>
public abstract class YamlNode(int line, int column)
{
    /// <summary>Counted from 1; 0 for a node that no file holds.</summary>
    public int Line { get; } = line;

    /// <summary>Counted from 1; 0 for a node that no file holds.</summary>
    public int Column { get; } = column;

    /// <summary>A copy that shares nothing.</summary>
    public abstract YamlNode Clone();
}
