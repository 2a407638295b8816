using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Rackboot.Talos.ImageFactory;

/// <summary>Writes YAML of any form like Go after reading it into <c>map[string]any</c>: keys sorted, whole numbers in decimal.</summary>
internal static class FreeYaml
{
    private const string Step = "    ";

    public static IReadOnlyList<string> Lines(YamlMappingNode? node) => node is null ? [] : [.. Mapping(node)];

    private static IEnumerable<string> Mapping(YamlMappingNode node)
    {
        foreach (var (key, value) in node.Children.OrderBy(c => Name(c.Key), GoKeyOrder.Instance))
        {
            var name = GoYamlScalar.Write(Name(key), "");
            switch (value)
            {
                case YamlMappingNode { Children.Count: > 0 } mapping:
                    yield return $"{name}:";
                    foreach (var line in Mapping(mapping))
                        yield return line.Length == 0 ? line : Step + line;
                    break;
                case YamlSequenceNode { Children.Count: > 0 } sequence:
                    yield return $"{name}:";
                    foreach (var line in Sequence(sequence))
                        yield return line.Length == 0 ? line : Step + line;
                    break;
                default:
                    foreach (var line in $"{name}: {Scalar(value)}".Split('\n'))
                        yield return line;
                    break;
            }
        }
    }

    private static IEnumerable<string> Sequence(YamlSequenceNode node)
    {
        foreach (var item in node.Children)
        {
            var lines = item switch
            {
                YamlMappingNode { Children.Count: > 0 } mapping => Mapping(mapping),
                YamlSequenceNode { Children.Count: > 0 } sequence => Sequence(sequence),
                _ => Scalar(item).Split('\n'),
            };
            var first = true;
            foreach (var line in lines)
            {
                yield return first ? $"- {line}" : line.Length == 0 ? line : $"  {line}";
                first = false;
            }
        }
    }

    private static string Scalar(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode:
                return "{}";
            case YamlSequenceNode:
                return "[]";
        }

        var scalar = (YamlScalarNode)node;
        var value = scalar.Value ?? "";
        if (scalar.Style is not ScalarStyle.Plain || !GoYamlScalar.IsOtherType(value))
            return GoYamlScalar.Write(value, Step);
        var plain = value.Replace("_", "", StringComparison.Ordinal);
        return value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => "null",
            "true" or "True" or "TRUE" => "true",
            "false" or "False" or "FALSE" => "false",
            _ when long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && plain.TrimStart('+', '-') is "0" or [not '0', ..] => number.ToString(CultureInfo.InvariantCulture),
            _ when plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                && long.TryParse(plain.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) =>
                number.ToString(CultureInfo.InvariantCulture),
            _ => value,
        };
    }

    private static string Name(YamlNode key) => (key as YamlScalarNode)?.Value ?? "";
}
