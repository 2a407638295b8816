using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;

namespace Rackboot.Cloud.Http;

/// <summary>A value in a provider's answer, read tolerantly: what is missing, null or of another kind is nothing, and a number may be
/// written as a text.</summary>
internal readonly struct Answer(JsonElement value)
{
    public static Answer Nothing => default;

    /// <summary>False for anything but JSON.</summary>
    public static bool TryParse(byte[] bytes, out Answer answer)
    {
        answer = Nothing;
        if (bytes.Length == 0 || !Utf8.IsValid(bytes)) // RFC 8259 §8.1
            return false;
        try
        {
            using var document = JsonDocument.Parse(bytes, new JsonDocumentOptions { AllowTrailingCommas = true, MaxDepth = 64 });
            answer = new Answer(document.RootElement.Clone());
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private bool IsObject => value.ValueKind == JsonValueKind.Object;

    public bool IsNothing => value.ValueKind is JsonValueKind.Undefined or JsonValueKind.Null;

    public bool IsList => value.ValueKind == JsonValueKind.Array;

    public Answer this[string member] => IsObject && value.TryGetProperty(member, out var found) ? new Answer(found) : default;

    /// <summary>The first of these members that says something: APIs rename, and some write an empty text for nothing.</summary>
    public Answer Any(params ReadOnlySpan<string> members)
    {
        foreach (var member in members)
            if (this[member] is { IsNothing: false } found && found.Text is not "")
                return found;
        return default;
    }

    /// <summary>A text, or a number or truth as text.</summary>
    public string? Text => value.ValueKind switch
    {
        JsonValueKind.String => Unescaped(value.GetString),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        _ => null,
    };

    public decimal? Number => decimal.TryParse(Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    public int? Whole => Number is { } n && n is >= int.MinValue and <= int.MaxValue ? (int)n : null;

    public bool? Flag => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => bool.TryParse(Text, out var flag) ? flag : null,
    };

    public IPAddress? Address => IPAddress.TryParse(Text?.Split('/')[0], out var address) ? address : null;

    /// <summary>The items of a list; one thing that is no list is a list of it; nothing is an empty list.</summary>
    public IEnumerable<Answer> Items => IsList ? value.EnumerateArray().Select(v => new Answer(v)) : IsNothing ? [] : [this];

    /// <summary>The members of an object.</summary>
    public IEnumerable<(string Name, Answer Value)> Members =>
        IsObject ? value.EnumerateObject().Select(p => (Unescaped(() => p.Name) ?? "", new Answer(p.Value))) : [];

    // Half of an escaped character is no text (RFC 8259 §8.2).
    private static string? Unescaped(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    public override string ToString() => value.ValueKind == JsonValueKind.Undefined ? "" : value.GetRawText();
}
