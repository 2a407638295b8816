namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>A list.</summary>
public sealed class YamlSequence(int line = 0, int column = 0) : YamlNode(line, column)
{
    public List<YamlNode> Items { get; } = [];

    public override YamlNode Clone()
    {
        var copy = new YamlSequence(Line, Column);
        copy.Items.AddRange(Items.Select(i => i.Clone()));
        return copy;
    }
}
