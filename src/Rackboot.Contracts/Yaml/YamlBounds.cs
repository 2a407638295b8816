using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rackboot.Contracts.Yaml;

/// <summary>Refuses YAML that would cost more than it says: aliases, and nesting without end.</summary>
public static class YamlBounds
{
    private const int MostDepth = 32;

    /// <summary>The first such place and what is wrong there, or null.</summary>
    /// <exception cref="YamlException">It is not YAML at all.</exception>
    public static (int Line, string Message)? Mistake(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            var line = (int)parser.Current!.Start.Line;
            if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                return (line, "anchors and aliases (& and *) are not used in these files; write the value again");
            if (parser.Current is MappingStart or SequenceStart && ++depth > MostDepth)
                return (line, "nested too deep");
            if (parser.Current is MappingEnd or SequenceEnd)
                depth--;
        }

        return null;
    }
}
