using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Rackboot.Talos.Configuration.Yaml;

/// <summary>A scalar, resolved as go.yaml.in/yaml does (internal/libyaml/resolver.go): YAML 1.2 with octal "0o644" and "0644", underscores
/// and dates.</summary>
public sealed partial class YamlScalar : YamlNode
{
    private YamlKind? _kind;

    /// <param name="value">The text, without quotes.</param>
    /// <param name="plain">Whether it is unquoted, so that its text decides its type.</param>
    /// <param name="tag">Its tag, <c>!!int</c>, or null.</param>
    /// <param name="line">Its place.</param>
    /// <param name="column">Its place.</param>
    public YamlScalar(string value, bool plain, string? tag = null, int line = 0, int column = 0)
        : base(line, column) => (Value, Plain, Tag) = (value, plain, tag);

    public string Value { get; }

    public bool Plain { get; }

    public string? Tag { get; }

    public YamlKind Kind => _kind ??= Resolve();

    public static YamlScalar Text(string value) => new(value, plain: false);

    public static YamlScalar Of(string value) => new(value, plain: true);

    public static YamlScalar Null() => new("null", plain: true);

    public override YamlNode Clone() => new YamlScalar(Value, Plain, Tag, Line, Column);

    /// <summary>The integer value, also of a float without a fraction.</summary>
    public bool TryInteger(out BigInteger integer)
    {
        if (Kind == YamlKind.Int)
            return TryParseInteger(Value.Replace("_", "", StringComparison.Ordinal), out integer);
        integer = default;
        if (Kind != YamlKind.Float || !double.TryParse(Value.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture,
            out var d))
            return false;
        if (!double.IsFinite(d) || Math.Abs(d) > 1e19 || Math.Floor(d) != d)
            return false;
        integer = new BigInteger(d);
        return true;
    }

    /// <summary>The boolean value. Where a boolean is expected, Talos accepts the words of YAML 1.1.</summary>
    public bool TryBool(out bool value)
    {
        value = Value is "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON";
        return Kind == YamlKind.Bool
            || (Kind == YamlKind.String && (value || Value is "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF")
            && Value is not ("true" or "True" or "TRUE"));
    }

    /// <summary>Whether a text must be quoted to stay a text.</summary>
    public static bool LooksLikeAnother(string value) => ResolvePlain(value) != YamlKind.String
        || value is "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off"
            or "OFF"
        || Sexagesimal().IsMatch(value);

    private YamlKind Resolve() => Tag switch
    {
        null => Plain ? ResolvePlain(Value) : YamlKind.String,
        "!!null" => YamlKind.Null,
        "!!bool" => ResolvePlain(Value) == YamlKind.Bool ? YamlKind.Bool : YamlKind.Other,
        "!!int" => ResolvePlain(Value) == YamlKind.Int ? YamlKind.Int : YamlKind.Other,
        "!!float" => ResolvePlain(Value) is YamlKind.Float or YamlKind.Int ? YamlKind.Float : YamlKind.Other,
        "!!str" or "!" => YamlKind.String,
        "!!timestamp" => YamlKind.Timestamp,
        "!!merge" => YamlKind.Merge,
        _ => YamlKind.Other,
    };

    private static YamlKind ResolvePlain(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return YamlKind.Null;
            case "true" or "True" or "TRUE" or "false" or "False" or "FALSE":
                return YamlKind.Bool;
            case "<<":
                return YamlKind.Merge;
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF"
                or "-0":
                return YamlKind.Float;
        }

        if (text[0] is not ((>= '0' and <= '9') or '+' or '-' or '.') || text.Length > 400)
            return YamlKind.String;
        if (text.Length >= 8 && text[4] == '-' && Date().IsMatch(text))
            return YamlKind.Timestamp;
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        return TryParseInteger(digits, out _) ? YamlKind.Int : Float().IsMatch(digits) ? YamlKind.Float : YamlKind.String;
    }

    // As Go's strconv with base 0: 0x, 0o, 0b, and 0 alone for octal; 64 bits, signed or not.
    private static bool TryParseInteger(string text, out BigInteger value)
    {
        value = default;
        var negative = text.StartsWith('-');
        var digits = text.AsSpan(text.Length > 0 && text[0] is '-' or '+' ? 1 : 0);
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var skip) = digits[1] switch { 'x' or 'X' => (16, 2), 'o' or 'O' => (8, 2), 'b' or 'B' => (2, 2), _ => (8, 1) };
            digits = digits[skip..];
        }

        if (digits.IsEmpty || digits.Length > 66)
            return false;
        foreach (var c in digits)
        {
            var digit = c switch
            {
                >= '0' and <= '9' => c - '0',
                >= 'a' and <= 'f' => c - 'a' + 10,
                >= 'A' and <= 'F' => c - 'A' + 10,
                _ =>
                99
            };
            if (digit >= radix)
                return false;
            value = (value * radix) + digit;
        }

        if (negative)
            value = -value;
        return value >= long.MinValue && value <= ulong.MaxValue;
    }

    // YAML 1.1 reads 1:30 as 90.
    [GeneratedRegex(@"^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$")]
    private static partial Regex Sexagesimal();

    [GeneratedRegex(@"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$")]
    private static partial Regex Float();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]*)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?$")]
    private static partial Regex Date();
}
