using Rackboot.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>Reads the documents of a YAML text into nodes with their places. Size, depth and the growth by aliases are
/// bounded.</summary>
public sealed class YamlReader
{
    /// <summary>The maximum length of a text, in characters.</summary>
    public const int MostCharacters = 8 << 20;

    private const int MostDepth = 100;
    private const int MostNodes = 400_000;

    private readonly IParser _parser;
    private readonly Dictionary<AnchorName, YamlNode?> _anchors = [];
    private int _nodes;

    private YamlReader(IParser parser) => _parser = parser;

    /// <summary>Reads all documents.</summary>
    /// <param name="text">The text.</param>
    /// <param name="documents">The root of each; an empty document is a null scalar.</param>
    /// <param name="error">Why the text is not valid YAML.</param>
    /// <param name="line">The line of the error.</param>
    public static bool TryRead(string text, out List<YamlNode> documents, out string? error, out int line)
    {
        (documents, error, line) = ([], null, 0);
        if (text.Length > MostCharacters)
        {
            error = $"the text is longer than {MostCharacters >> 20} MiB";
            return false;
        }

        try
        {
            var reader = new YamlReader(new Parser(new StringReader(YamlEnd.Of(text.TrimStart('\uFEFF')))));
            reader.ReadDocuments(documents);
            return true;
        }
        catch (YamlException e)
        {
            (error, line) = (Reason(e), (int)Math.Min(e.Start.Line, int.MaxValue));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or IndexOutOfRangeException
            or OverflowException)
        {
            error = "the text is not valid YAML"; // YamlDotNet throws such exceptions for some broken texts
        }

        documents = [];
        return false;
    }

    private static string Reason(YamlException e)
    {
        var message = e.Message;
        var place = message.IndexOf("): ", StringComparison.Ordinal); // YamlDotNet puts "(Line: 1, Col: 2, …): " before some
        return place >= 0 && message.StartsWith('(') ? message[(place + 3)..] : message;
    }

    private void ReadDocuments(List<YamlNode> documents)
    {
        _parser.Consume<StreamStart>();
        while (!_parser.Accept<StreamEnd>(out _))
        {
            _parser.Consume<DocumentStart>();
            _anchors.Clear();
            documents.Add(ReadNode(0));
            _parser.Consume<DocumentEnd>();
        }
    }

    private YamlNode ReadNode(int depth)
    {
        var current = _parser.Current ?? throw new YamlException("the text ends unexpectedly");
        if (depth > MostDepth)
            throw new YamlException(current.Start, current.End, $"nested deeper than {MostDepth} levels");
        Count(current);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
            return ReadAlias(alias, depth);
        var anchor = current is NodeEvent node ? node.Anchor : AnchorName.Empty;
        if (!anchor.IsEmpty)
            _anchors[anchor] = null;
        YamlNode result;
        if (_parser.TryConsume<Scalar>(out var scalar))
            result = new YamlScalar(scalar.Value, scalar.Style is ScalarStyle.Plain or ScalarStyle.Any, Tag(scalar.Tag), Line(scalar),
                Column(scalar));
        else if (_parser.Accept<MappingStart>(out _))
            result = ReadMapping(depth);
        else
            result = ReadSequence(depth);
        if (!anchor.IsEmpty)
            _anchors[anchor] = result;
        return result;
    }

    private YamlNode ReadAlias(AnchorAlias alias, int depth)
    {
        if (!_anchors.TryGetValue(alias.Value, out var target))
            throw new YamlException(alias.Start, alias.End, $"unknown anchor &{alias.Value.Value}");
        if (target is null)
            throw new YamlException(alias.Start, alias.End, $"the anchor &{alias.Value.Value} contains itself");
        Grow(target, alias, depth);
        return target.Clone();
    }

    private void Grow(YamlNode node, ParsingEvent at, int depth)
    {
        Count(at);
        if (depth > MostDepth)
            throw new YamlException(at.Start, at.End, $"nested deeper than {MostDepth} levels");
        if (node is YamlSequence sequence)
            sequence.Items.ForEach(i => Grow(i, at, depth + 1));
        else if (node is YamlMapping mapping)
            mapping.Entries.ForEach(e => Grow(e.Value, at, depth + 1));
    }

    private YamlMapping ReadMapping(int depth)
    {
        var start = _parser.Consume<MappingStart>();
        var mapping = new YamlMapping(Line(start), Column(start));
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(depth + 1);
            mapping.Entries.Add(new(key, ReadNode(depth + 1)));
        }

        return mapping;
    }

    private YamlSequence ReadSequence(int depth)
    {
        var start = _parser.Consume<SequenceStart>();
        var sequence = new YamlSequence(Line(start), Column(start));
        while (!_parser.TryConsume<SequenceEnd>(out _))
            sequence.Items.Add(ReadNode(depth + 1));
        return sequence;
    }

    private void Count(ParsingEvent at)
    {
        if (++_nodes > MostNodes)
            throw new YamlException(at.Start, at.End, $"more than {MostNodes:N0} values");
    }

    private static string? Tag(TagName tag) =>
        tag.IsEmpty ? null : tag.IsNonSpecific ? "!" : tag.Value.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal) ? "!!"
            + tag.Value[18..] : tag.Value;

    private static int Line(ParsingEvent e) => (int)Math.Min(e.Start.Line, int.MaxValue);

    private static int Column(ParsingEvent e) => (int)Math.Min(e.Start.Column, int.MaxValue);
}
