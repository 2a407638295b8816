using System.Text.Json;

namespace Rackboot.Redfish;

/// <summary>
/// Reads properties of a resource and expects nothing: services leave properties out, write null, or use another type than the schema's.
/// What cannot be read is null.
/// </summary>
internal static class JsonReading
{
    private const int LongestText = 2048;

    public static JsonElement Child(this JsonElement e, string name) =>
        e.ValueKind == JsonValueKind.Object && e.TryGetProperty(name, out var value) ? value : default;

    public static bool Has(this JsonElement e, string name) => e.Child(name).ValueKind != JsonValueKind.Undefined;

    /// <summary>A text, trimmed, without control characters; null if it is empty.</summary>
    public static string? Text(this JsonElement e, string name) => e.Child(name).AsText();

    public static string? AsText(this JsonElement value)
    {
        var text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        if (string.IsNullOrWhiteSpace(text))
            return null;
        if (text.Any(char.IsControl))
            text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        text = text.Trim();
        return text.Length switch
        {
            0 => null,
            > LongestText => text[..LongestText],
            _ => text,
        };
    }

    public static double? Number(this JsonElement e, string name)
    {
        var value = e.Child(name);
        return value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetDouble(out var number) && double.IsFinite(number) => number,
            JsonValueKind.String when double.TryParse(value.GetString(), out var number) && double.IsFinite(number) => number,
            _ => null,
        };
    }

    public static long? Whole(this JsonElement e, string name) => e.Number(name) is { } n && Math.Abs(n) < 9e15 ? (long)n : null;

    public static int? Count(this JsonElement e, string name) => e.Number(name) is { } n && Math.Abs(n) <= int.MaxValue ? (int)n : null;

    public static bool? Flag(this JsonElement e, string name) => e.Child(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    /// <summary>A time; null for what BMCs write that know none: 0000, 1970, 9999.</summary>
    public static DateTimeOffset? Time(this JsonElement e, string name) =>
        DateTimeOffset.TryParse(e.Text(name), out var time) && time.Year is > 1971 and < 2200 ? time : null;

    /// <summary>The elements of an array; none if it is not one.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement e, string name)
    {
        var value = e.Child(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];
    }

    public static IReadOnlyList<string> Texts(this JsonElement e, string name) => [.. e.Items(name).Select(AsText).OfType<string>()];

    /// <summary>Where a reference property points: <c>{"@odata.id": "..."}</c>, or a bare string.</summary>
    public static string? Link(this JsonElement e, string name)
    {
        var value = e.Child(name);
        return value.ValueKind == JsonValueKind.String ? value.AsText() : value.Text("@odata.id");
    }

    public static IEnumerable<string> Links(this JsonElement e, string name) =>
        e.Items(name).Select(i => i.Text("@odata.id") ?? i.AsText()).OfType<string>();
}
