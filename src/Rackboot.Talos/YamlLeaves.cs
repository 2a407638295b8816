using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Rackboot.Talos;

/// <summary>The scalars of one YAML document by their path, <c>certs.os.crt</c>; elements of a list by their number,
/// <c>endpoints.0</c>.</summary>
internal sealed class YamlLeaves
{
    private const int MostCharacters = 4 * 1024 * 1024;
    private const int MostDepth = 64;
    private readonly Dictionary<string, (string Value, int Line)> _leaves = new(StringComparer.Ordinal);

    /// <summary>Where the document begins.</summary>
    public required int Line { get; init; }

    /// <summary>Reads every document of <paramref name="text"/>. False with the reason and its line for anything that is not
    /// YAML.</summary>
    public static bool TryRead(string text, out IReadOnlyList<YamlLeaves> documents, out string? error)
    {
        documents = [];
        error = text.Length > MostCharacters ? "longer than 4 MiB" : null;
        if (error is not null)
            return false;
        try
        {
            documents = Read(new Parser(new StringReader(text)));
            return true;
        }
        catch (Refusal e)
        {
            error = e.Message;
        }
        catch (YamlException e)
        {
            // Without the parser's own words, which may quote the file.
            error = $"line {Math.Max(1, e.Start.Line)}: not valid YAML";
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException or FormatException)
        {
            // Some broken input trips the parser itself.
            error = "not valid YAML";
        }

        return false;
    }

    public bool Has(string section) => _leaves.Keys.Any(path => path.StartsWith(section + ".", StringComparison.Ordinal));

    /// <summary>The value at <paramref name="path"/>, or null if there is none or it is empty.</summary>
    public string? Value(string path) =>
        _leaves.TryGetValue(path, out var leaf) && leaf.Value is not ("" or "null" or "~") ? leaf.Value : null;

    /// <summary>" (line 12)" for a message about <paramref name="path"/>.</summary>
    public string At(string path) => _leaves.TryGetValue(path, out var leaf) ? $" (line {leaf.Line})" : "";

    /// <summary>The values of the list at <paramref name="path"/>.</summary>
    public IEnumerable<string> List(string path)
    {
        for (var i = 0; _leaves.TryGetValue($"{path}.{i}", out var leaf); i++)
            yield return leaf.Value;
    }

    private static List<YamlLeaves> Read(Parser parser)
    {
        var documents = new List<YamlLeaves>();
        while (parser.MoveNext())
            if (parser.Current is DocumentStart start)
            {
                var document = new YamlLeaves { Line = (int)start.Start.Line };
                parser.MoveNext();
                document.Take(parser, "", 0);
                documents.Add(document);
            }

        return documents;
    }

    // The parser stands at the first event of the node, and is left at its last.
    private void Take(Parser parser, string path, int depth)
    {
        var at = parser.Current!;
        if (depth > MostDepth)
            throw new Refusal(at.Start, "nested too deep");
        switch (at)
        {
            case Scalar scalar:
                if (!_leaves.TryAdd(path, (scalar.Value, (int)scalar.Start.Line)))
                    throw new Refusal(at.Start, "given twice");
                break;
            case SequenceStart:
                for (var i = 0; parser.MoveNext() && parser.Current is not SequenceEnd; i++)
                    Take(parser, Join(path, i.ToString(CultureInfo.InvariantCulture)), depth + 1);
                break;
            case MappingStart:
                while (parser.MoveNext() && parser.Current is not MappingEnd)
                {
                    var key = parser.Current as Scalar ?? throw new Refusal(at.Start, "a key that is no word");
                    parser.MoveNext();
                    Take(parser, Join(path, key.Value), depth + 1);
                }

                break;
            default:
                throw new Refusal(at.Start, "anchors and aliases are not read here");
        }
    }

    private sealed class Refusal(Mark at, string reason) : Exception($"line {at.Line}: {reason}");

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
