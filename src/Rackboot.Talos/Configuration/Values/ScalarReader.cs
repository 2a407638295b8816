using System.Globalization;
using System.Numerics;
using Rackboot.Talos.Configuration.Fields;
using Rackboot.Talos.Configuration.Yaml;

namespace Rackboot.Talos.Configuration.Values;

/// <summary>Converts a YAML scalar to a value of a type, like the Unmarshal methods of Talos's types (pkg/machinery/config/types,
/// nethelpers).</summary>
internal static class ScalarReader
{
    /// <summary>Reads a non-null scalar.</summary>
    /// <returns>The value, or null if the text is not of that type.</returns>
    public static ConfigScalar? Read(YamlScalar node, FieldType type)
    {
        return type.Scalar switch
        {
            ScalarType.String or ScalarType.DiskType or ScalarType.Argument => Text(node, node.Value),
            ScalarType.Bool => node.TryBool(out var value) ? Make(node, value ? "true" : "false", !value, value, plain: true) : null,
            ScalarType.Int => Integer(node, long.MinValue, long.MaxValue),
            ScalarType.Int32 => Integer(node, int.MinValue, int.MaxValue),
            ScalarType.UInt8 => Integer(node, 0, byte.MaxValue),
            ScalarType.UInt16 => Integer(node, 0, ushort.MaxValue),
            ScalarType.UInt32 => Integer(node, 0, uint.MaxValue),
            ScalarType.UInt64 => Integer(node, 0, ulong.MaxValue),
            ScalarType.FileMode => Integer(node, 0, uint.MaxValue) is { } mode
                ? Make(node, "0o" + Convert.ToString((long)mode.Parsed!, 8), mode.IsZero, mode.Parsed, plain: true) : null,
            ScalarType.Enum => Word(node, type),
            ScalarType.Duration => Duration(node),
            ScalarType.Url => GoUrl.TryParse(node.Value, out var url) ? Make(node, url.ToString(), node.Value.Length == 0, url) : null,
            ScalarType.Prefix => Prefix(node),
            ScalarType.Address => Address(node),
            ScalarType.AddressPort => AddressPort(node),
            ScalarType.HardwareAddress => HardwareAddress(node),
            ScalarType.Cel => Text(node, node.Value),
            ScalarType.ByteSize => Bytes(node),
            ScalarType.Size => node.Value.Contains('%', StringComparison.Ordinal) ? Percentage(node) : Bytes(node),
            ScalarType.SizeMatch => SizeMatch(node),
            ScalarType.DiskSize => DiskSize(node),
            ScalarType.Base64 => Base64(node),
            ScalarType.PortRange => PortRange(node),
            ScalarType.RoutingTable => RoutingTable(node),
            _ => null,
        };
    }

    private static ConfigScalar Make(YamlScalar node, string text, bool zero, object? parsed = null, bool plain = false) =>
        new(text, zero, parsed, plain, node.Line, node.Column);

    private static ConfigScalar Text(YamlScalar node, string text) => Make(node, text, text.Length == 0);

    private static ConfigScalar? Integer(YamlScalar node, BigInteger least, BigInteger most)
    {
        if (!node.TryInteger(out var value) || value < least || value > most)
            return null;
        return Make(node, value.ToString(CultureInfo.InvariantCulture), value.IsZero, (long)BigInteger.Min(value, long.MaxValue),
            plain: true);
    }

    private static ConfigScalar? Word(YamlScalar node, FieldType type)
    {
        for (var i = 0; i < type.Words.Count; i++)
        {
            if (type.Words[i].Length > 0 && string.Equals(type.Words[i], node.Value, StringComparison.OrdinalIgnoreCase))
                return Make(node, type.Words[i], i == 0);
        }

        // nethelpers/failovermac.go accepts an empty text and numbers too.
        if (type.Name == "FailOverMAC" && (node.Value.Length == 0 || node.Value is "0" or "1" or "2"))
            return Make(node, type.Words[node.Value.Length == 0 ? 0 : node.Value[0] - '0'], node.Value is "" or "0");
        return null;
    }

    private static ConfigScalar? Duration(YamlScalar node)
    {
        if (node.Kind == YamlKind.Int ? !node.TryInteger(out var zero) || !zero.IsZero : node.Kind != YamlKind.String)
            return null;
        return node.Kind == YamlKind.Int ? Make(node, "0s", true, 0L) : GoDuration.TryParse(node.Value, out var ns)
            ? Make(node, GoDuration.Format(ns), ns == 0, ns) : null;
    }

    private static ConfigScalar? Prefix(YamlScalar node)
    {
        if (node.Value.Length == 0)
            return Text(node, "");
        return ConfigAddress.TryParsePrefix(node.Value, out var address, out var length)
            ? Make(node, string.Create(CultureInfo.InvariantCulture, $"{address}/{length}"), false) : null;
    }

    private static ConfigScalar? Address(YamlScalar node)
    {
        if (node.Value.Length == 0)
            return Text(node, "");
        var zone = node.Value.IndexOf('%', StringComparison.Ordinal);
        return ConfigAddress.TryParse(node.Value, out var address) ? Make(node, address + (zone < 0 ? "" : node.Value[zone..]), false)
            : null;
    }

    private static ConfigScalar? AddressPort(YamlScalar node) =>
        node.Value.Length == 0 || ConfigAddress.TryParseWithPort(node.Value, out _, out _) ? Text(node, node.Value) : null;

    private static ConfigScalar? HardwareAddress(YamlScalar node)
    {
        var hex = node.Value.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant();
        return hex.Length % 2 == 0 && hex.All(char.IsAsciiHexDigit)
            ? Text(node, string.Join(':', hex.Chunk(2).Select(pair => new string(pair)))) : null;
    }

    private static ConfigScalar? Bytes(YamlScalar node)
    {
        if (node.Value.Length == 0)
            return Text(node, "");
        return ByteCount.TryParse(node.Value.StartsWith('-') ? node.Value[1..] : node.Value, out var bytes)
            ? Make(node, node.Value, false, Saturate(bytes)) : null;
    }

    private static ConfigScalar? Percentage(YamlScalar node)
    {
        var number = node.Value.EndsWith('%') ? node.Value[(node.Value.StartsWith('-') ? 1 : 0)..^1] : "";
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var percent) && percent is >= 0 and <= 100
            ? Make(node, node.Value, false, (long)percent) : null;
    }

    private static ConfigScalar? SizeMatch(YamlScalar node)
    {
        var text = node.Value.Trim();
        var size = text.StartsWith(">=", StringComparison.Ordinal) || text.StartsWith("<=", StringComparison.Ordinal)
            || text.StartsWith("==", StringComparison.Ordinal)
            ? text[2..] : text.Length > 0 && text[0] is '<' or '>' ? text[1..] : text;
        return ByteCount.TryParse(size.Trim(), out var bytes) ? Make(node, text, false, Saturate(bytes)) : null;
    }

    private static ConfigScalar? DiskSize(YamlScalar node)
    {
        if (!ByteCount.TryParse(node.Value, out var bytes))
            return null;
        var text = ByteCount.Format(bytes);
        return bytes % 1000 == 0 && ByteCount.TryParse(text, out var again) && again == bytes
            ? Make(node, text, bytes == 0, Saturate(bytes))
                : Make(node, bytes.ToString(CultureInfo.InvariantCulture), bytes == 0, Saturate(bytes), plain: true);
    }

    private static ConfigScalar? Base64(YamlScalar node)
    {
        var text = node.Value.ReplaceLineEndings("");
        var buffer = new byte[(text.Length / 4 * 3) + 3];
        return text.Length % 4 == 0 && !text.Any(char.IsWhiteSpace) && Convert.TryFromBase64String(text, buffer, out var length)
            ? Make(node, text, false, buffer[..length]) : null;
    }

    private static ConfigScalar? PortRange(YamlScalar node)
    {
        if (Integer(node, 0, ushort.MaxValue) is { } port)
            return Make(node, port.Text, false, ((long)port.Parsed!, (long)port.Parsed), plain: true);
        var ends = node.Value.Split('-', 2);
        if (ends.Length != 2 || !TryPort(ends[0], out var low) || !TryPort(ends[1], out var high))
            return null;
        return low == high ? Make(node, low.ToString(CultureInfo.InvariantCulture), false, ((long)low, (long)high), plain: true)
            : Make(node, string.Create(CultureInfo.InvariantCulture, $"{low}-{high}"), false, ((long)low, (long)high));
    }

    private static bool TryPort(string text, out ushort port) =>
        ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port);

    private static ConfigScalar? RoutingTable(YamlScalar node)
    {
        var text = node.Value.ToLowerInvariant();
        var known = text is "unspec" or "default" or "main" or "local"
            || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= 252
                && text[0] != '0');
        return known ? Make(node, text, text == "unspec") : null;
    }

    private static long Saturate(ulong value) => value > long.MaxValue ? long.MaxValue : (long)value;
}
