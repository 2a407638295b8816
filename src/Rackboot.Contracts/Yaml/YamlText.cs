using System.Diagnostics.CodeAnalysis;
using Rackboot.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Contracts.Yaml;

/// <summary>Loads YAML written by people: for any input the outcome is documents, or an error with its line.</summary>
public static class YamlText
{
    private const int MostDepth = 32;

    /// <summary>Loads <paramref name="text"/>.</summary>
    /// <param name="line">Where <paramref name="error"/> is.</param>
    public static bool TryLoad(
        string text, [NotNullWhen(true)] out YamlStream? stream, out int line, [NotNullWhen(false)] out string? error)
    {
        stream = null;
        text = YamlEnd.Of(text);
        try
        {
            if (Refused(text) is { } refused)
            {
                (line, error) = refused;
                return false;
            }

            stream = new YamlStream();
            stream.Load(new StringReader(text));
            (line, error) = (0, null);
            return true;
        }
        catch (YamlException e)
        {
            (line, error) = YamlMistake.Of(text, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException)
        {
            // Some broken input crashes the parser.
            (line, error) = YamlMistake.OfBroken(text);
        }

        stream = null;
        return false;
    }

    // The representation model has no limit on nesting and on aliases: a small file could cost much time and memory.
    private static (int Line, string Message)? Refused(string text)
    {
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            var line = (int)parser.Current!.Start.Line;
            if (parser.Current is AnchorAlias or NodeEvent { Anchor.IsEmpty: false })
                return (line, "anchors and aliases (& and *) are not supported; write the value again");
            if (parser.Current is MappingStart or SequenceStart && ++depth > MostDepth)
                return (line, "is nested too deep");
            if (parser.Current is MappingEnd or SequenceEnd)
                depth--;
        }

        return null;
    }
}
