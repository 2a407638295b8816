using System.Text;

namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>Writes nodes as block YAML, with texts quoted if another reader would not read them as text.</summary>
public static class YamlWriter
{
    private const int Indent = 4;

    /// <summary>Writes documents, with <c>---</c> between them.</summary>
    public static string Write(IReadOnlyList<YamlNode> documents)
    {
        var output = new StringBuilder(4096);
        for (var i = 0; i < documents.Count; i++)
        {
            if (i > 0)
                output.Append("---\n");
            WriteBlock(output, documents[i], 0);
        }

        return output.ToString();
    }

    private static void WriteBlock(StringBuilder output, YamlNode node, int indent)
    {
        switch (node)
        {
            case YamlMapping { Entries.Count: > 0 } mapping:
                WriteMapping(output, mapping, indent, continues: false);
                break;
            case YamlSequence { Items.Count: > 0 } sequence:
                WriteSequence(output, sequence, indent);
                break;
            default:
                WriteInline(output, node, indent);
                output.Append('\n');
                break;
        }
    }

    private static void WriteMapping(StringBuilder output, YamlMapping mapping, int indent, bool continues)
    {
        foreach (var (key, value) in mapping.Entries)
        {
            if (!continues)
                output.Append(' ', indent);
            continues = false;
            WriteInline(output, key, indent, isKey: true);
            output.Append(':');
            if (value is YamlMapping { Entries.Count: > 0 } or YamlSequence { Items.Count: > 0 })
            {
                output.Append('\n');
                WriteBlock(output, value, Deeper(indent));
            }
            else
            {
                output.Append(' ');
                WriteInline(output, value, Deeper(indent));
                output.Append('\n');
            }
        }
    }

    private static void WriteSequence(StringBuilder output, YamlSequence sequence, int indent)
    {
        foreach (var item in sequence.Items)
        {
            output.Append(' ', indent).Append("- ");
            if (item is YamlMapping { Entries.Count: > 0 } mapping)
                WriteMapping(output, mapping, indent + 2, continues: true);
            else if (item is YamlSequence { Items.Count: > 0 } nested)
                WriteNested(output, nested, indent + 2);
            else
            {
                WriteInline(output, item, indent + 2);
                output.Append('\n');
            }
        }
    }

    private static void WriteNested(StringBuilder output, YamlSequence sequence, int indent)
    {
        output.Append('\n');
        WriteSequence(output, sequence, indent);
    }

    // As Go's library: the next multiple of four, also from within a list.
    private static int Deeper(int indent) => ((indent / Indent) + 1) * Indent;

    private static void WriteInline(StringBuilder output, YamlNode node, int indent, bool isKey = false)
    {
        if (node is YamlMapping)
            output.Append("{}");
        else if (node is YamlSequence)
            output.Append("[]");
        else if (node is YamlScalar scalar)
            WriteScalar(output, scalar, indent, isKey);
    }

    private static void WriteScalar(StringBuilder output, YamlScalar scalar, int indent, bool isKey)
    {
        var text = scalar.Value;
        var kind = scalar.Kind;
        if (kind == YamlKind.Null)
        {
            output.Append("null");
        }
        else if (kind == YamlKind.Other || (kind == YamlKind.Timestamp && !scalar.Plain))
        {
            output.Append(scalar.Tag).Append(' ');
            WriteQuoted(output, text);
        }
        else if (kind != YamlKind.String || (IsPlainSafe(text) && !YamlScalar.LooksLikeAnother(text)))
            output.Append(text);
        else if (!isKey && text.Contains('\n', StringComparison.Ordinal) && IsBlockSafe(text))
            WriteLiteral(output, text, indent);
        else if (IsPrintable(text) && YamlScalar.Of(text).Kind is YamlKind.String or YamlKind.Merge)
            output.Append('\'').Append(text.Replace("'", "''", StringComparison.Ordinal)).Append('\'');
        else
            WriteQuoted(output, text);
    }

    private static void WriteLiteral(StringBuilder output, string text, int indent)
    {
        output.Append('|').Append(text.EndsWith("\n\n", StringComparison.Ordinal) ? "+" : text[^1] == '\n' ? "" : "-");
        foreach (var line in text[^1] == '\n' ? text[..^1].Split('\n') : text.Split('\n'))
        {
            output.Append('\n');
            if (line.Length > 0)
                output.Append(' ', indent).Append(line);
        }
    }

    private static void WriteQuoted(StringBuilder output, string text)
    {
        output.Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' => output.Append("\\\""),
                '\\' => output.Append(@"\\"),
                '\n' => output.Append("\\n"),
                '\t' => output.Append("\\t"),
                '\r' => output.Append("\\r"),
                < ' ' or '\x7f' or '\x85' or '\xa0' or '\u2028' or '\u2029' or '\ufeff' => output.Append($"\\u{(int)c:x4}"),
                _ => output.Append(c),
            };
        }

        output.Append('"');
    }

    private static bool IsPlainSafe(string text)
    {
        if (text.Length == 0 || text[0] is ' ' || text[^1] is ' ' or ':'
            || "-?:,[]{}#&*!|>'\"%@`=".Contains(text[0], StringComparison.Ordinal))
            return text.Length > 1 && text[0] is '-' or '?' or ':' && (char.IsAsciiLetterOrDigit(text[1]) || IsFlag(text))
                && IsPlainSafe(text[(IsFlag(text) ? 2 : 1)..]);
        if (!IsPrintable(text) || text.StartsWith("...", StringComparison.Ordinal))
            return false;
        for (var i = 0; i < text.Length; i++)
        {
            if ((text[i] == ':' && text[i + 1] == ' ') || (text[i] == '#' && text[i - 1] == ' '))
                return false;
        }

        return true;
    }

    // "---" would begin a document.
    private static bool IsFlag(string text) =>
        text.Length > 2 && text.StartsWith("--", StringComparison.Ordinal) && char.IsAsciiLetterOrDigit(text[2]);

    private static bool IsPrintable(string text)
    {
        foreach (var c in text)
        {
            if (c is < ' ' or (>= '\x7f' and <= '\xa0') or '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(c))
                return false;
        }

        return true;
    }

    // A literal block keeps a text unchanged, if none of its lines confuses indentation.
    private static bool IsBlockSafe(string text)
    {
        if (text[0] is '\t' or ' ' or '\n' || text.Contains(" \n", StringComparison.Ordinal))
            return false;
        foreach (var c in text)
        {
            if (c is (< ' ' and not ('\n' or '\t')) or (>= '\x7f' and <= '\xa0') or '\u2028' or '\u2029' or '\ufeff' || char.IsSurrogate(c))
                return false;
        }

        return true;
    }
}
