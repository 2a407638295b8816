using System.Globalization;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Generation;

/// <summary>Builds YAML nodes. Texts stay texts, whatever they look like.</summary>
internal static class Tree
{
    /// <summary>A mapping. Entries with a C# null are omitted.</summary>
    public static YamlMapping Map(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var mapping = new YamlMapping();
        foreach (var (key, value) in entries)
        {
            if (value is not null)
                mapping.Add(key, Node(value));
        }

        return mapping;
    }

    public static YamlSequence List(params IEnumerable<object> items)
    {
        var sequence = new YamlSequence();
        sequence.Items.AddRange(items.Select(Node));
        return sequence;
    }

    public static YamlMapping Document(string kind, params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var mapping = Map(("apiVersion", "v1alpha1"), ("kind", kind));
        mapping.Entries.AddRange(Map(entries).Entries);
        return mapping;
    }

    public static YamlMapping Texts(IReadOnlyDictionary<string, string> texts)
    {
        var mapping = new YamlMapping();
        foreach (var (key, value) in texts)
            mapping.Add(key, YamlScalar.Text(value));
        return mapping;
    }

    private static YamlNode Node(object value) => value switch
    {
        YamlNode node => node,
        bool flag => YamlScalar.Of(flag ? "true" : "false"),
        int number => YamlScalar.Of(number.ToString(CultureInfo.InvariantCulture)),
        string text => YamlScalar.Text(text),
        IEnumerable<string> texts => List(texts),
        _ => throw new ArgumentException($"{value.GetType()} cannot be part of a configuration"),
    };
}
