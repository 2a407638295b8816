using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Rackboot.Talos.ImageFactory;

/// <summary>Writes a string like Go's YAML library, byte for byte: schematic ids are hashes of it. Rules: go.yaml.in/yaml v4.0.0-rc.6,
/// internal/libyaml: <c>stringv</c> (representer.go), <c>resolve</c> (resolver.go), <c>analyzeScalar</c> and <c>selectScalarStyle</c>
/// (emitter.go).</summary>
internal static partial class GoYamlScalar
{
    // YAML 1.1 read these as booleans.
    private static readonly HashSet<string> OldBooleans =
        ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "n", "N", "no", "No", "NO", "off", "Off", "OFF"];

    private static readonly HashSet<string> OtherTypes =
    [
        "", "~", "null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE",
        ".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    ];

    /// <summary>Writes <paramref name="value"/> after a key or a dash.</summary>
    /// <param name="indent">The indentation of each line of a block.</param>
    public static string Write(string value, string indent)
    {
        var shape = Shape.Of(value);
        if (value.Contains('\n'))
            return value.Length >= 2 && value.Any(c => !char.IsWhiteSpace(c)) && shape.BlockAllowed
                ? Literal(value, indent) : DoubleQuoted(value);
        if (OldBooleans.Contains(value) || value == "<<" || Base60().IsMatch(value))
            return shape.SingleQuotedAllowed ? SingleQuoted(value) : DoubleQuoted(value);
        if (IsOtherType(value))
            return DoubleQuoted(value);
        return shape.PlainAllowed ? value : shape.SingleQuotedAllowed ? SingleQuoted(value) : DoubleQuoted(value);
    }

    /// <summary>Whether the plain text <paramref name="value"/> would not be read as a string.</summary>
    public static bool IsOtherType(string value)
    {
        if (OtherTypes.Contains(value))
            return true;
        if (!(value[0] is '+' or '-' or '.' || char.IsAsciiDigit(value[0])))
            return false;
        return Timestamp().IsMatch(value) || Integer().IsMatch(value.Replace("_", "", StringComparison.Ordinal)) || Float()
            .IsMatch(value.Replace("_", "", StringComparison.Ordinal));
    }

    private static string SingleQuoted(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string DoubleQuoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
            text.Append(rune.Value switch
            {
                '"' => "\\\"",
                '\\' => "\\\\",
                0 => "\\0",
                7 => "\\a",
                8 => "\\b",
                '\t' => "\\t",
                '\n' => "\\n",
                11 => "\\v",
                12 => "\\f",
                '\r' => "\\r",
                27 => "\\e",
                0x85 => "\\N",
                0xA0 => "\\_",
                0x2028 => "\\L",
                0x2029 => "\\P",
                _ when Shape.IsPrintable(rune.Value) => rune.ToString(),
                <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            });
        return text.Append('"').ToString();
    }

    private static string Literal(string value, string indent)
    {
        var text = new StringBuilder("|");
        if (value[0] == ' ')
            text.Append('4');
        if (!value.EndsWith('\n'))
            text.Append('-');
        else if (value is "\n" || value.EndsWith("\n\n", StringComparison.Ordinal))
            text.Append('+');
        foreach (var line in (value.EndsWith('\n') ? value[..^1] : value).Split('\n'))
            text.Append('\n').Append(line.Length == 0 ? "" : indent).Append(line);
        return text.ToString();
    }

    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$")]
    private static partial Regex Base60();

    // strconv.ParseInt with base 0.
    [GeneratedRegex(@"^[-+]?(0|[1-9][0-9]{0,19}|0[xX][0-9a-fA-F]{1,16}|0[bB][01]{1,64}|0[oO]?[0-7]{1,22})$")]
    private static partial Regex Integer();

    [GeneratedRegex(@"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();

    [GeneratedRegex(@"^\d{4}-\d{1,2}-\d{1,2}([Tt ]\d{1,2}:\d{1,2}:\d{1,2}(\.\d+)?(Z|[-+]\d\d:\d\d)?)?$")]
    private static partial Regex Timestamp();

    /// <summary>The styles in which a text can be written.</summary>
    private readonly record struct Shape(bool PlainAllowed, bool SingleQuotedAllowed, bool BlockAllowed)
    {
        public static Shape Of(string value)
        {
            if (value.Length == 0)
                return new Shape(true, true, false);
            bool IsBlank(int i) => i >= value.Length || value[i] is ' ' or '\t' or '\n' or '\r';
            var indicators = value.StartsWith("---", StringComparison.Ordinal) || value.StartsWith("...", StringComparison.Ordinal)
                || value[0] is '#' or ',' or '[' or ']' or '{' or '}' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`'
                || (value[0] is '?' or '-' && IsBlank(1));
            var (special, tab, breakSpace, spaceBreak) = (false, false, false, false);
            for (var i = 0; i < value.Length; i++)
            {
                var c = value[i];
                indicators |= (c == ':' && IsBlank(i + 1)) || (c == '#' && i > 0 && IsBlank(i - 1));
                tab |= c == '\t';
                special |= c != '\t' && (char.IsSurrogate(c) || !IsPrintable(c));
                breakSpace |= c == ' ' && i > 0 && value[i - 1] == '\n';
                spaceBreak |= c == '\n' && i > 0 && value[i - 1] == ' ';
            }

            var edges = value[0] is ' ' or '\n' || value[^1] is ' ' or '\n';
            return new Shape(
                !(edges || breakSpace || spaceBreak || tab || special || value.Contains('\n') || indicators),
                !(breakSpace || spaceBreak || tab || special),
                !(value[^1] == ' ' || spaceBreak || special));
        }

        public static bool IsPrintable(int rune) =>
            rune is '\n' or (>= 0x20 and <= 0x7E) or (>= 0xA0 and < 0xD800) or (>= 0xE000 and < 0xFFFE and not 0xFEFF);
    }
}
