using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rackboot.Contracts.Yaml;

/// <summary>Explains in plain words why a text is not valid YAML, and in which line.</summary>
internal static class YamlMistake
{
    // The parser's words, and their meaning for the author of the file.
    private static readonly (string Parser, string Words)[] Sentences =
    [
        ("invalid tab", "a tab indents this line; YAML indents with spaces"),
        ("expected <document", "this line does not fit the lines above: check its indentation, and quotes and colons there"),
        ("did not find expected key", "this line does not fit the lines above: check its indentation, and quotes and colons there"),
        ("invalid mapping", "one value contains a second ':'; quote the value, or add the ':' missing in the line above"),
        ("multi-line", "a quoted text is not closed"),
        ("unexpected end of stream", "a quoted text is not closed"),
        ("expected node content", "a value is missing, or a closing bracket has no opening one"),
        ("cannot start any token", "a value cannot start with this character; quote the value"),
        ("unknown escape character", "a \\ in double quotes starts an escape; write \\\\ or use single quotes"),
    ];

    /// <summary>The error that <paramref name="thrown"/> reports.</summary>
    public static (int Line, string Message) Of(string text, YamlException thrown)
    {
        var said = thrown.InnerException?.Message ?? thrown.Message;
        var line = (int)Math.Max(1, thrown.Start.Line);
        if (said.StartsWith("Duplicate key ", StringComparison.Ordinal))
            return (line, $"{said["Duplicate key ".Length..]} is set twice");
        if ((said.Contains("tab", StringComparison.Ordinal) || said.Contains("<document", StringComparison.Ordinal))
            && TabIn(text) is { } tab)
            (line, said) = (tab, "invalid tab");
        var words = Array.Find(Sentences, s => said.Contains(s.Parser, StringComparison.OrdinalIgnoreCase)).Words ?? said;
        return (line, $"is not valid YAML: {words}");
    }

    /// <summary>The error in a text that crashes the parser: nearly always an unclosed bracket.</summary>
    public static (int Line, string Message) OfBroken(string text)
    {
        var open = new Stack<(char Bracket, int Line)>();
        var last = 1;
        try
        {
            for (var parser = new Parser(new StringReader(text)); parser.MoveNext();)
            {
                last = (int)Math.Max(1, parser.Current!.Start.Line);
                switch (parser.Current)
                {
                    case SequenceStart { Style: SequenceStyle.Flow }:
                        open.Push(('[', last));
                        break;
                    case MappingStart { Style: MappingStyle.Flow }:
                        open.Push(('{', last));
                        break;
                    case SequenceEnd or MappingEnd when parser.Current.End.Index > parser.Current.Start.Index:
                        _ = open.TryPop(out _);
                        break;
                }
            }
        }
        catch (Exception e) when (e is YamlException or InvalidOperationException or ArgumentException
            or IndexOutOfRangeException or FormatException)
        {
            // The brackets open when the parser gave up matter.
        }

        return open.TryPeek(out var left)
            ? (left.Line, $"is not valid YAML: the {left.Bracket} in this line is not closed")
            : (last, "is not valid YAML from this line on");
    }

    private static int? TabIn(string text)
    {
        var lines = text.Split('\n');
        var index = Array.FindIndex(lines, l => l.AsSpan(0, l.Length - l.AsSpan().TrimStart([' ', '\t']).Length).Contains('\t'));
        return index < 0 ? null : index + 1;
    }
}
