using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rackboot.Core.Machines;

/// <summary>An Ethernet hardware address.</summary>
[JsonConverter(typeof(Converter))]
public readonly record struct MacAddress : IComparable<MacAddress>
{
    private readonly ulong _value;

    private MacAddress(ulong value) => _value = value;

    /// <summary>Its 48 bits.</summary>
    internal ulong Number => _value;

    internal static MacAddress Of(ulong number) => new(number);

    /// <summary>Whether it names one card: neither all zeroes nor a group address.</summary>
    public bool IsUnicast => _value != 0 && (_value >> 40 & 1) == 0;

    /// <summary>Reads <c>52:54:00:00:01:04</c>, <c>52-54-00-00-01-04</c>, <c>5254.0000.0104</c> or <c>525400000104</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out MacAddress mac)
    {
        mac = default;
        if (text is null || text.Length is not (12 or 14 or 17))
            return false;
        var group = text.Length switch { 17 => 2, 14 => 4, _ => 12 };
        var separator = text[group == 12 ? 0 : group];
        if (group < 12 && separator != (group == 4 ? '.' : separator is '-' ? '-' : ':'))
            return false;
        ulong value = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var betweenGroups = i % (group + 1) == group;
            if (betweenGroups ? text[i] != separator : !char.IsAsciiHexDigit(text[i]))
                return false;
            if (!betweenGroups)
                value = value << 4 | (uint)(char.IsAsciiDigit(text[i]) ? text[i] - '0' : (text[i] | 0x20) - 'a' + 10);
        }

        mac = new MacAddress(value);
        return true;
    }

    /// <summary>Reads an address as it is on the wire; six bytes are one.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out MacAddress mac)
    {
        mac = default;
        if (bytes.Length != 6)
            return false;
        ulong value = 0;
        foreach (var part in bytes)
            value = value << 8 | part;
        mac = new MacAddress(value);
        return true;
    }

    public int CompareTo(MacAddress other) => _value.CompareTo(other._value);

    public override string ToString() => Write(separated: true);

    /// <summary><c>525400000104</c>.</summary>
    public string ToBareString() => Write(separated: false);

    // Every look-up of a machine writes one.
    private string Write(bool separated) =>
        string.Create(separated ? 17 : 12, (_value, separated), static (text, mac) =>
        {
            var step = mac.separated ? 3 : 2;
            for (var i = 0; i < 6; i++)
            {
                if (mac.separated && i > 0)
                    text[i * step - 1] = ':';
                ((byte)(mac._value >> (40 - 8 * i))).TryFormat(text[(i * step)..], out _, "x2");
            }
        });

    public static bool operator <(MacAddress left, MacAddress right) => left.CompareTo(right) < 0;

    public static bool operator >(MacAddress left, MacAddress right) => left.CompareTo(right) > 0;

    public static bool operator <=(MacAddress left, MacAddress right) => left.CompareTo(right) <= 0;

    public static bool operator >=(MacAddress left, MacAddress right) => left.CompareTo(right) >= 0;

    private sealed class Converter : JsonConverter<MacAddress>
    {
        public override MacAddress Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            TryParse(reader.GetString(), out var mac) ? mac : throw new JsonException("not a hardware address");

        public override void Write(Utf8JsonWriter writer, MacAddress value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
