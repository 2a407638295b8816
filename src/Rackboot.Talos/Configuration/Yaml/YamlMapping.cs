namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>A mapping. Entries keep the order of the file; keys can repeat, which the decoder refuses.</summary>
public sealed class YamlMapping(int line = 0, int column = 0) : YamlNode(line, column)
{
    public List<KeyValuePair<YamlNode, YamlNode>> Entries { get; } = [];

    /// <summary>The value of the first entry with this key, or null.</summary>
    public YamlNode? this[string key] => Entries.Find(e => e.Key is YamlScalar s && s.Value == key).Value;

    public void Add(string key, YamlNode value) => Entries.Add(new(YamlScalar.Text(key), value));

    public override YamlNode Clone()
    {
        var copy = new YamlMapping(Line, Column);
        foreach (var (key, value) in Entries)
            copy.Entries.Add(new(key.Clone(), value.Clone()));
        return copy;
    }
}
